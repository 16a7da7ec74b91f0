/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "commands.h"

#include <stdint.h>

enum {
    FINDING = VV__CLI_JSON | VV__CLI_RECURSIVE | VV__CLI_MIN_FACE | VV__CLI_THREADS |
              VV__CLI_MODELS | VV__CLI_EVERY | VV__CLI_STATS,
    WRITING = VV__CLI_OUTPUT | VV__CLI_DRAW | VV__CLI_SHEET | VV__CLI_CODEC | VV__CLI_PRESET |
              VV__CLI_CRF | VV__CLI_COPY_ONLY,
};

const vv__cli_command vv__cli_commands[] = {
    {"detect", "[-o OUT] INPUT...", "find the faces in photos and videos",
     "Prints where the faces are, one line a photo and a summary a video; with --json\n"
     "boxes, scores and landmarks, one line a photo or frame. -o draws them.\n"
     "INPUT is a photo, a video, a folder (with --recursive), or - for standard input.\n",
     FINDING | WRITING | VV__CLI_DETECTOR | VV__CLI_CASCADE | VV__CLI_TRUTH | VV__CLI_ROTATE, 1,
     SIZE_MAX, "no input given; name a photo or a video", vv__cli_detect},
    {"encode", "INPUT...", "turn each face into the numbers that are compared",
     "With --json prints the encoding of each face, as it is compared: faces of one\n"
     "person lie close together (Euclidean distance). Encodings are personal data.\n",
     FINDING | VV__CLI_MODEL | VV__CLI_ROTATE, 1, SIZE_MAX,
     "no input given; name a photo or a video", vv__cli_encode},
    {"verify", "A B", "tell whether two photos show the same person",
     "Compares the largest face of each photo.\n"
     "Exit status: 0 the same person, 1 not the same, 2 an error, such as no face.\n",
     VV__CLI_JSON | VV__CLI_MODEL | VV__CLI_MIN_FACE | VV__CLI_ROTATE | VV__CLI_THRESHOLD |
         VV__CLI_THREADS | VV__CLI_MODELS,
     2, 2, "two photos are needed", vv__cli_verify},
    {"recognize", "--people GALLERY [-o OUT] INPUT...", "tell who is in photos and videos",
     "Prints who was seen; -o writes the photo or video again with everyone's name on\n"
     "it, sound and timestamps kept; --report writes a page of who appears when. INPUT\n"
     "is a photo, a video, a folder (with --recursive), or - for standard input.\n"
     "\n"
     "  visavis recognize --people friends -o tagged.mp4 party.mp4\n",
     FINDING | WRITING | VV__CLI_PEOPLE | VV__CLI_MODEL | VV__CLI_THRESHOLD | VV__CLI_CANDIDATES |
         VV__CLI_ALLOW_TWICE | VV__CLI_STRICTNESS | VV__CLI_EXPLAIN | VV__CLI_LOOKAHEAD |
         VV__CLI_ROTATE | VV__CLI_REPORT,
     1, SIZE_MAX, "no input given; name a photo or a video", vv__cli_recognize},
    {"live", "[--people GALLERY] [SOURCE]", "watch a camera or a stream, in a window",
     "Shows who is seen while it happens. SOURCE is a camera (default: /dev/video0),\n"
     "an address (rtsp, http, udp and others), or a file. A stream that breaks is\n"
     "tried again until it is back. Keys: q quits, space pauses, s saves a photo,\n"
     "r starts and stops recording, n names an unknown face, h shows these.\n"
     "\n"
     "  visavis live --people friends\n"
     "  visavis live --people friends --headless --events door.jsonl rtsp://door/video\n",
     VV__CLI_PEOPLE | VV__CLI_RECORD | VV__CLI_HEADLESS | VV__CLI_EVENTS | VV__CLI_PHOTOS |
         VV__CLI_WAIT | VV__CLI_JSON | VV__CLI_MODEL | VV__CLI_MIN_FACE | VV__CLI_THRESHOLD |
         VV__CLI_STRICTNESS | VV__CLI_CANDIDATES | VV__CLI_ALLOW_TWICE | VV__CLI_DRAW |
         VV__CLI_EVERY | VV__CLI_STATS | VV__CLI_THREADS | VV__CLI_MODELS,
     0, 1, "", vv__cli_live},
    {"gallery list", "--people GALLERY", "list the people of a gallery and their photos",
     "Reads every photo, so it also shows which of them cannot be used, and why.\n",
     VV__CLI_PEOPLE | VV__CLI_JSON | VV__CLI_MODEL | VV__CLI_MIN_FACE | VV__CLI_THREADS |
         VV__CLI_MODELS,
     0, 0, "", vv__cli_gallery_list},
    {"calibrate", "--people GALLERY", "find the threshold for a wanted rate of errors",
     "Compares the people of a gallery with each other: the threshold at which no\n"
     "more than a wanted share of pairs of different people is taken for the same.\n"
     "Where the people are too few to tell, what the model's card says decides, with\n"
     "a warning.\n",
     VV__CLI_PEOPLE | VV__CLI_FAR | VV__CLI_JSON | VV__CLI_MODEL | VV__CLI_MIN_FACE |
         VV__CLI_THREADS | VV__CLI_MODELS,
     0, 0, "", vv__cli_calibrate},
    {"eval pairs", "[--root DIR] PAIRS", "measure how well pairs of photos are told apart",
     "PAIRS is LFW's pairs.txt as published, or lines A<TAB>B<TAB>1 (the same person)\n"
     "or 0. Prints the accuracy over ten folds, the area under the curve, the equal\n"
     "error rate, and how many are found at a given share of false accepts.\n",
     VV__CLI_ROOT | VV__CLI_PLOT | VV__CLI_JSON | VV__CLI_MODEL | VV__CLI_MIN_FACE |
         VV__CLI_THRESHOLD | VV__CLI_FAR | VV__CLI_MISSING | VV__CLI_THREADS | VV__CLI_MODELS,
     1, 1, "no list of pairs given", vv__cli_eval_pairs},
    {"eval identify", "--people GALLERY DIR", "measure how well people are named",
     "DIR holds a folder of photos for each person; people that the gallery does not\n"
     "have are strangers. Prints the names that are right and wrong, who was missed,\n"
     "which strangers were named, and who is taken for whom.\n",
     VV__CLI_PEOPLE | VV__CLI_PHOTOS_EACH | VV__CLI_REPORT | VV__CLI_JSON | VV__CLI_MODEL |
         VV__CLI_MIN_FACE | VV__CLI_THRESHOLD | VV__CLI_STRICTNESS | VV__CLI_ALLOW_TWICE |
         VV__CLI_THREADS | VV__CLI_MODELS,
     1, 1, "no folder of people given", vv__cli_eval_identify},
    {"eval detect", "[--root DIR] TRUTH", "measure how well faces are found",
     "TRUTH says where the faces are: WIDER FACE's *_bbx_gt.txt, or JSON lines as\n"
     "`visavis detect --json` prints them. Recall, precision, average precision.\n",
     VV__CLI_ROOT | VV__CLI_PLOT | VV__CLI_JSON | VV__CLI_DETECTOR | VV__CLI_CASCADE |
         VV__CLI_MIN_FACE | VV__CLI_SCORE_FLOOR | VV__CLI_THREADS | VV__CLI_MODELS,
     1, 1, "no truth given", vv__cli_eval_detect},
    {"eval video", "--people GALLERY TRUTH.json CLIP...",
     "measure how well people are named in videos",
     "TRUTH.json says who is in which clip: {\"clips\": {\"a.mp4\": {\"frames\": 82,\n"
     "\"present\": [\"Rachel\"], \"main\": [\"Rachel\"]}}}. Prints in how many of their frames\n"
     "the main people have their names, the names of people who are not there, and\n"
     "names that change.\n"
     "\n"
     "  visavis eval video --people friends --photos-each 1 truth.json clips/*.mp4\n",
     VV__CLI_PEOPLE | VV__CLI_PHOTOS_EACH | VV__CLI_JSON | VV__CLI_MODEL | VV__CLI_MIN_FACE |
         VV__CLI_THRESHOLD | VV__CLI_STRICTNESS | VV__CLI_ALLOW_TWICE | VV__CLI_EVERY |
         VV__CLI_LOOKAHEAD | VV__CLI_THREADS | VV__CLI_MODELS,
     2, SIZE_MAX, "a truth and the clips are needed", vv__cli_eval_video},
    {"align", "-o DIR PHOTO...", "write the crops of faces that a network would see",
     "Writes each face of each photo to DIR, turned and scaled as the model's card\n"
     "says: a.jpg becomes a.png, its further faces a_face2.png and so on. Folders\n"
     "below a folder (--recursive) stay folders. DIR is made where it is not there.\n",
     VV__CLI_ROTATE | VV__CLI_OUTPUT | VV__CLI_SIZE | VV__CLI_MARGIN | VV__CLI_LARGEST |
         VV__CLI_JSON | VV__CLI_RECURSIVE | VV__CLI_MODEL | VV__CLI_MIN_FACE | VV__CLI_THREADS |
         VV__CLI_MODELS,
     1, SIZE_MAX, "no photo given", vv__cli_align},
    {"cache clear", "", "forget the encodings kept to start faster",
     "Encodings of the photos of galleries are kept in $XDG_CACHE_HOME/visavis, or\n"
     "~/.cache/visavis. They are made anew when next needed.\n",
     0, 0, 0, "", vv__cli_cache_clear},
    {"model list", "", "list the models there are", "", VV__CLI_JSON | VV__CLI_MODELS, 0, 0, "",
     vv__cli_model_list},
    {"model info", "NAME...", "show what is known of a model",
     "NAME is a name that `visavis model list` shows, or an .onnx file.\n",
     VV__CLI_JSON | VV__CLI_MODELS, 1, SIZE_MAX, "no model given; `visavis model list` shows names",
     vv__cli_model_show},
    {"model convert", "INPUT OUTPUT.onnx", "convert published weights to ONNX",
     "INPUT is a .tflite file, the -weights_manifest.json of a face-api model, or a\n"
     "Keras .h5 file of FaceNet or OpenFace. Where the network is one that Visavis\n"
     "knows, its card is written beside the output.\n",
     VV__CLI_OUTPUT, 1, 2, "no input given; name a .h5 file, a .tflite file or a manifest",
     vv__cli_model_convert},
    {"model card", "MODEL.onnx", "write a card for an encoder of your own, to complete",
     "The card says what the network wants to see and what its numbers mean. What the\n"
     "file tells is taken from it, the rest is guessed; each line is explained, and\n"
     "guesses are marked ?. The card goes beside the model, or to -o.\n",
     VV__CLI_OUTPUT | VV__CLI_JSON | VV__CLI_MODELS, 1, 1, "no model given; name an .onnx file",
     vv__cli_model_card},
    {"model run", "MODEL IN... -o DIR", "put tensors through a network",
     "IN are .npy files, or ONNX TensorProto files (.pb), in the order of the model's\n"
     "inputs. Each output is written to DIR as one .npy file named after it.\n",
     VV__CLI_OUTPUT | VV__CLI_MODELS | VV__CLI_THREADS, 1, SIZE_MAX,
     "no model given; name an .onnx file, or a model of `visavis model list`", vv__cli_model_run},
};
const size_t vv__cli_command_count = sizeof vv__cli_commands / sizeof *vv__cli_commands;
