"""One small driver for each channel: carries a story's words to the assistant and brings back what the patient gets."""
