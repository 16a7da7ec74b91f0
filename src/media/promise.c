/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* How long a video file says that it is. FFmpeg's readers take most files that were cut off for
 * files that ended; the sizes written in their outermost structure tell one from the other. */

#include <string.h>

#include "media/io_lavf.h"

#define MAX_BOXES 200000

static uint64_t read_big(const uint8_t *p, int count)
{
    uint64_t value = 0;
    for (int i = 0; i < count; i++) value = value << 8 | p[i];
    return value;
}

/* MP4 and MOV: a chain of boxes. Only of those that matter is a missing end worth a word: some
 * files have a few bytes of anything after their last box. */
static int64_t promised_by_boxes(const vv__input *input)
{
    int64_t at = 0;
    uint8_t box[16];
    for (int i = 0; i < MAX_BOXES; i++) {
        if (vv__input_read_at(input, at, box, 16) < 16) return 0;
        uint64_t size = read_big(box, 4);
        if (size == 1) size = read_big(box + 8, 8);
        if (size < 8 || size > INT64_MAX / 2) return 0;
        if (at + (int64_t)size > input->size) {
            const bool matters = memcmp(box + 4, "mdat", 4) == 0 ||
                                 memcmp(box + 4, "moov", 4) == 0 || memcmp(box + 4, "moof", 4) == 0;
            return matters ? at + (int64_t)size : 0;
        }
        at += (int64_t)size;
    }
    return 0;
}

/* One of EBML's numbers of variable length; its bytes, or 0. All ones mean "not known". */
static int read_ebml_size(const uint8_t *p, int available, uint64_t *value)
{
    int length = 1;
    while (length <= 8 && !(p[0] & 0x80 >> (length - 1))) length++;
    if (length > 8 || length > available) return 0;
    *value = read_big(p, length) & ((UINT64_C(1) << 7 * length) - 1);
    if (*value == (UINT64_C(1) << 7 * length) - 1) *value = 0;
    return length;
}

static int64_t promised_by_segment(const uint8_t *bytes, int count)
{
    uint64_t size = 0;
    int length = read_ebml_size(bytes + 4, count - 4, &size);
    if (!length || size > (uint64_t)(count - 24)) return 0;
    const int at = 4 + length + (int)size;
    if (at + 12 > count || memcmp(bytes + at, "\x18\x53\x80\x67", 4) != 0) return 0;
    length = read_ebml_size(bytes + at + 4, 8, &size);
    return length && size && size < INT64_MAX / 2 ? at + 4 + length + (int64_t)size : 0;
}

/* AVI: one RIFF chunk, and in long files more of them. Writers that cannot go back leave 0 or -1.
 */
static int64_t promised_by_riff(const vv__input *input, const uint8_t *first)
{
    uint8_t chunk[12];
    int64_t at = 0;
    memcpy(chunk, first, 12);
    for (int i = 0; i < MAX_BOXES; i++) {
        const uint64_t size = (uint64_t)chunk[7] << 24 | (uint64_t)chunk[6] << 16 |
                              (uint64_t)chunk[5] << 8 | chunk[4];
        if (memcmp(chunk, "RIFF", 4) != 0 || size < 4 || size >= 0xFFFFFF00) return 0;
        at += 8 + (int64_t)size;
        if (input->is_pipe || at > input->size) return at;
        if (vv__input_read_at(input, at + (int64_t)(size & 1), chunk, 12) < 12) return 0;
        at += (int64_t)(size & 1);
    }
    return 0;
}

/* MPEG transport streams: whole packets. */
static int64_t promised_by_packets(const vv__input *input, const uint8_t *bytes, int count)
{
    static const int lengths[] = {188, 192, 204};
    for (int i = 0; i < 3; i++) {
        const int sync = lengths[i] == 192 ? 4 : 0;
        if (count < sync + 3 * lengths[i]) continue;
        if (bytes[sync] != 0x47 || bytes[sync + lengths[i]] != 0x47 ||
            bytes[sync + 2 * lengths[i]] != 0x47)
            continue;
        return (input->size + lengths[i] - 1) / lengths[i] * lengths[i];
    }
    return 0;
}

/* Windows Media: the header has a field for it, void in a broadcast. */
static int64_t promised_by_asf(const uint8_t *bytes, int count)
{
    static const uint8_t properties[16] = {0xA1, 0xDC, 0xAB, 0x8C, 0x47, 0xA9, 0xCF, 0x11,
                                           0x8E, 0xE4, 0x00, 0xC0, 0x0C, 0x20, 0x53, 0x65};
    enum { SIZE_AT = 40, FLAGS_AT = 88, BROADCAST = 1 };
    for (int at = 30; at + FLAGS_AT < count; at++) {
        if (memcmp(bytes + at, properties, sizeof properties) != 0) continue;
        if (bytes[at + FLAGS_AT] & BROADCAST) return 0;
        uint64_t size = 0;
        for (int i = 7; i >= 0; i--) size = size << 8 | bytes[at + SIZE_AT + i];
        return size < INT64_MAX / 2 ? (int64_t)size : 0;
    }
    return 0;
}

/* Ogg: whole pages, at most 65,307 bytes each. */
static int64_t promised_by_pages(const vv__input *input)
{
    enum { MAX_PAGE = 65307, HEADER = 27 };
    static _Thread_local uint8_t tail[MAX_PAGE];
    const int64_t start = input->size > MAX_PAGE ? input->size - MAX_PAGE : 0;
    const int count = vv__input_read_at(input, start, tail, MAX_PAGE);
    for (int at = count - HEADER; at >= 0; at--) {
        if (memcmp(tail + at, "OggS", 5) != 0) continue;
        const int segments = tail[at + 26];
        int64_t end = at + HEADER + segments;
        for (int i = 0; i < segments && at + HEADER + i < count; i++) end += tail[at + HEADER + i];
        return start + end;
    }
    return 0;
}

int64_t vv__input_promised_size(vv__input *input)
{
    uint8_t bytes[1024];
    const int count = vv__input_peek(input, bytes, sizeof bytes);
    if (count < 64) return 0;
    if (memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "AVI", 3) == 0)
        return promised_by_riff(input, bytes);
    if (memcmp(bytes, "\x1A\x45\xDF\xA3", 4) == 0) return promised_by_segment(bytes, count);
    if (memcmp(bytes, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", 8) == 0)
        return promised_by_asf(bytes, count);
    if (input->is_pipe) return 0;
    if (memcmp(bytes, "OggS", 4) == 0) return promised_by_pages(input);
    if (memcmp(bytes + 4, "ftyp", 4) == 0 || memcmp(bytes + 4, "moov", 4) == 0 ||
        memcmp(bytes + 4, "wide", 4) == 0 || memcmp(bytes + 4, "mdat", 4) == 0)
        return promised_by_boxes(input);
    return promised_by_packets(input, bytes, count);
}
