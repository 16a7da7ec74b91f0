/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* Seeds of the targets that read text: FUZZ_SEEDS says whose. */

#include "fuzz/target.h"

#include <string.h>

typedef struct seed {
    const char *name, *text;
    size_t size;
} seed;

/* The text, with the zeros inside it. */
#define SEED(name, text)                                                                           \
    {                                                                                              \
        name, text, sizeof(text) - 1                                                               \
    }

#define MANIFEST 1
#define CARD 2
#define TENSOR 3
#define TRUTH 4
#define CASCADE 5

static const seed seeds[] = {
#if FUZZ_SEEDS == MANIFEST
    SEED("floats", "[{\"weights\":[{\"name\":\"fc\",\"shape\":[2,1],\"dtype\":\"float32\"}],"
                   "\"paths\":[\"w.bin\"]}]\0\0\0\0\0\0\0\x80\x3f"),
    SEED("bytes", "[{\"weights\":[{\"name\":\"conv32_down/conv/bias\",\"shape\":[4],\"dtype\":"
                  "\"float32\",\"quantization\":{\"dtype\":\"uint8\",\"scale\":0.5,\"min\":-1}},"
                  "{\"name\":\"a\",\"shape\":[],\"dtype\":\"float32\"}],\"paths\":[\"w.bin\"]}]\0"
                  "\x01\x02\x03\xff\0\0\x80\x3f"),
    SEED("climbs", "[{\"weights\":[],\"paths\":[\"../w.bin\",\"w.bin\"]}]"),
#elif FUZZ_SEEDS == CARD
    SEED("aligned",
         "{\"name\":\"n\",\"licence\":\"l\",\"source\":\"s\",\"task\":\"encoding\",\"input\":{"
         "\"width\":112,\"height\":112,\"color\":\"RGB\"},\"normalisation\":{\"kind\":\"fixed\","
         "\"mean\":[127.5,127.5,127.5],\"scale\":0.0078125},\"alignment\":{\"kind\":\"landmarks\","
         "\"template\":{\"left_eye\":[38.3,51.7],\"right_eye\":[73.5,51.5],\"nose\":[56.0,71.7],"
         "\"mouth_left\":[41.5,92.4],\"mouth_right\":[70.7,92.2]}},\"dimension\":128,\"metric\":"
         "\"euclidean\",\"l2_normalize\":true,\"threshold\":1.05,\"confidence_slope\":12}"),
    SEED("boxed",
         "{\"name\":\"n\",\"licence\":\"l\",\"source\":\"s\",\"task\":\"encoding\",\"input\":"
         "{\"width\":160,\"height\":160,\"color\":\"BGR\"},\"normalisation\":{\"kind\":"
         "\"self\"},\"alignment\":{\"kind\":\"box\",\"margin\":0.2},\"dimension\":128,"
         "\"metric\":\"euclidean\",\"l2_normalize\":false,\"threshold\":1e0,"
         "\"confidence_slope\":1}"),
    SEED("detector", "{\"name\":\"n\",\"licence\":\"l\",\"source\":\"s\",\"task\":\"detection\","
                     "\"input\":{\"width\":0,\"height\":0,\"color\":\"RGB\"},\"normalisation\":{"
                     "\"kind\":\"self\"}}"),
#elif FUZZ_SEEDS == TENSOR
    SEED("c_order",
         "\x93NUMPY\x01\0\x46\0{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }"
         "            \n\0\0\x80\x3f\0\0\0\x40"),
    SEED("fortran_order",
         "\x93NUMPY\x02\0\x46\0\0\0{'descr': '<i8', 'fortran_order': True, 'shape': "
         "(2,), }               \n\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"),
    SEED("raw_proto", "\x08\x02\x10\x01\x42\x01w\x4a\x08\0\0\x80\x3f\0\0\0\x40"),
    SEED("packed_proto", "\x0a\x01\x03\x10\x07\x3a\x05\x01\x80\x01\xff\x01"),
#elif FUZZ_SEEDS == TRUTH
    SEED("lfw", "2\t2\nAda\t1\t2\nBo\t3\t4\nAda\t1\tBo\t3\nBo\t4\tAda\t2\nAda\t2\t3\nBo\t1\t2\n"
                "Ada\t3\tBo\t1\nBo\t2\tAda\t1\n"),
    SEED("pairs", "a.jpg\tb c.jpg\t1\n\nb c.jpg\t../d.jpg\t0\n"),
    SEED("wider", "0--Parade/a.jpg\n2\n10 20 30 40 0 0 0 0 0 0\n1 2 3 4 2 0 0 1 0 0\nb.jpg\n0\n"
                  "0 0 0 0 0 0 0 0 0 0\n"),
    SEED("lines",
         "{\"source\":\"a.jpg\",\"width\":640,\"height\":480,\"faces\":[{\"box\":{\"x\":1.5,"
         "\"y\":2,\"width\":30,\"height\":4e1},\"score\":0.9}]}\n{\"source\":\"b.jpg\","
         "\"faces\":[]}\n"),
    SEED("clips", "{\"clips\":{\"02.mp4\":{\"frames\":82,\"present\":[\"Ada\",\"Bo\"],\"main\":"
                  "[\"Ada\"],\"back\":[\"Bo\"]},\"film.mp4\":{\"shots\":[{\"start\":0,\"end\":9,"
                  "\"present\":[]},{\"start\":9,\"end\":20,\"present\":[\"Bo\"]}]}}}"),
#elif FUZZ_SEEDS == CASCADE
    SEED(
        "stump",
        "<?xml version=\"1.0\"?><opencv_storage><cascade type_id=\"opencv-cascade-classifier\">"
        "<stageType>BOOST</stageType><featureType>HAAR</featureType><height>8</height>"
        "<width>8</width><stageNum>1</stageNum><stages><_><stageThreshold>0.5</stageThreshold>"
        "<weakClassifiers><_><internalNodes>0 -1 0 0.02</internalNodes><leafValues>0 1</leafValues>"
        "</_></weakClassifiers></_></stages><features><_><rects><_>0 0 8 8 -1.</_>"
        "<_>4 0 4 8 2.</_></rects><tilted>0</tilted></_></features></cascade></opencv_storage>"),
    SEED("tree",
         "<?xml version=\"1.0\"?><opencv_storage><cascade type_id=\"opencv-cascade-classifier\">"
         "<stageType>BOOST</stageType><featureType>HAAR</featureType><height>6</height>"
         "<width>7</width><stageNum>2</stageNum><stages><_><stageThreshold>-0.5</stageThreshold>"
         "<weakClassifiers><_><internalNodes>1 0 0 -0.5 -1 -2 1 0.25</internalNodes>"
         "<leafValues>0 1 -1</leafValues></_></weakClassifiers></_><_><stageThreshold>0."
         "</stageThreshold><weakClassifiers><_><internalNodes>0 -1 1 0.1</internalNodes>"
         "<leafValues>-1 1</leafValues></_></weakClassifiers></_></stages><features><_><rects>"
         "<_>0 0 6 6 -1.</_><_>2 0 2 6 3.</_></rects></_><_><rects><_>1 1 6 4 -1.</_>"
         "<_>1 3 6 2 2.</_></rects><tilted>0</tilted></_></features></cascade></opencv_storage>"),
#endif
};

void fuzz_seeds(fuzz_give give, void *cookie)
{
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
        give(cookie, seeds[i].name, seeds[i].text, seeds[i].size);
}
