"""Scripted stories: what patients say and what the assistant must do, written by staff and played against the running assistant."""
