# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Visavis authors
#
# Our cascade and OpenCV's on one grey picture, turn by turn, so that what else the machine does
# meets both alike. Prints one JSON object: the median of each (or its fastest turn), the median of
# the ratios of the turns, and whether the boxes are the same.
#
#   haar.py BENCH_HAAR PHOTO WIDTHxHEIGHT THREADS RUNS middle|fastest clock|cpu FOLDER

import json
import os
import statistics
import subprocess
import sys
import time

import cv2

CASCADE = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_default.xml"
WARMING_RUNS = 2


def main():
    program, photo, size, threads, runs, which, clock, folder = sys.argv[1:]
    grey = cv2.imread(photo, cv2.IMREAD_GRAYSCALE)
    file = os.path.join(folder, "haar.pgm")
    cv2.imwrite(file, grey)
    cv2.setNumThreads(int(threads))
    cascade = cv2.CascadeClassifier(CASCADE)
    now = time.process_time if clock == "cpu" else time.monotonic
    ours, theirs = [], []
    other = subprocess.Popen([program, CASCADE, file, threads, clock], text=True, bufsize=1,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for run in range(-WARMING_RUNS, int(runs)):
        start = now()
        their_boxes = cascade.detectMultiScale(grey, 1.3, 5)
        their_ms = 1000 * (now() - start)
        other.stdin.write("\n")
        line = json.loads(other.stdout.readline())
        if run >= 0:
            ours.append(line["ms"])
            theirs.append(their_ms)
    other.stdin.close()
    other.wait()
    ratio = statistics.median(b / a for a, b in zip(ours, theirs))
    pick = min if which == "fastest" else statistics.median
    print(json.dumps({
        "size": size, "threads": int(threads), "ours_ms": round(pick(ours), 2),
        "opencv_ms": round(pick(theirs), 2), "times_faster": round(ratio, 2),
        "boxes": len(line["boxes"]), "opencv_boxes": len(their_boxes),
        "same_boxes": sorted(map(list, line["boxes"])) == sorted(b.tolist() for b in their_boxes),
        "opencv": cv2.__version__}))


if __name__ == "__main__":
    main()
