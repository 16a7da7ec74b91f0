# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Our cascades beside OpenCV's own (Debian's python3-opencv and opencv-data), one of stumps and one of
# larger trees: of its boxes on the sample photos 95 % have to be found at an overlap of 0.8, and no
# more than 5 % others.
#
#   haar.py VISAVIS PHOTO...      ends with "N passed, N failed"

import json
import subprocess
import sys

import cv2

CASCADES = "/usr/share/opencv4/haarcascades/haarcascade_%s.xml"


def overlap(a, b):
    across = max(0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    down = max(0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    both = across * down
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def agrees(visavis, photos, name):
    path = CASCADES % name
    lines = subprocess.run([visavis, "detect", "--detector", "haar", "--cascade", path, "--json",
                            *photos], capture_output=True, text=True, check=True).stdout.splitlines()
    cascade = cv2.CascadeClassifier(path)
    wanted = found = others = 0
    for photo, line in zip(photos, lines):
        grey = cv2.imread(photo, cv2.IMREAD_GRAYSCALE)
        theirs = [tuple(map(float, box)) for box in cascade.detectMultiScale(grey, 1.3, 5)]
        boxes = [face["box"] for face in json.loads(line)["faces"]]
        ours = [(b["x"], b["y"], b["width"], b["height"]) for b in boxes]
        wanted += len(theirs)
        found += sum(any(overlap(a, b) >= 0.8 for b in ours) for a in theirs)
        others += sum(not any(overlap(a, b) >= 0.8 for a in theirs) for b in ours)
    print(f"{name}: OpenCV gives {wanted} boxes; ours agree with {found} of them, and there are "
          f"{others} others")
    return len(lines) == len(photos) and wanted >= 20 and found >= 0.95 * wanted and \
        others <= 0.05 * wanted


def main():
    visavis, photos = sys.argv[1], sys.argv[2:]
    good = [agrees(visavis, photos, name) for name in ("frontalface_default", "frontalface_alt2")]
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
