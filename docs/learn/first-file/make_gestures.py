import csv
import math
import random
from pathlib import Path

random.seed(1)


def gesture(kind: str):
    """One movement of a hand: acceleration along x, y and z, at 50 Hz for about half a second."""
    steps, tilt = random.randint(18, 36), random.gauss(0, 0.4)
    for k in range(steps):
        t = 2 * math.pi * k / steps
        x, y, z = {
            "circle": (math.cos(t), math.sin(t), 0),
            "swipe": (math.cos(t / 2), 0, 0),
            "tap": (0, 0, -2 * math.exp(-((t - math.pi) ** 2) * 4)),
        }[kind]
        yield k / 50, *(round(a + tilt + random.gauss(0, 1.2), 3) for a in (x, y, z))


def write(file: str, first: int, number: int, has_labels: bool = True):
    with Path(file).open("w", newline="") as out:
        table = csv.writer(out)
        table.writerow(["id", "time", "ax", "ay", "az"] + ["label"] * has_labels)
        for n in range(first, first + number):
            kind = random.choice(["circle", "swipe", "swipe", "tap"])
            table.writerows([f"g{n:03d}", *step] + [kind] * has_labels for step in gesture(kind))


write("gestures.csv", first=1, number=120)
write("another_day.csv", first=201, number=60)
write("unknown.csv", first=301, number=5, has_labels=False)
