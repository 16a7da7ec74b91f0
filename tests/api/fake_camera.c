/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/* A camera for machines that have none: loaded before the C library, this answers for FAKE as the
 * kernel's Video4Linux would for a webcam that gives 320 x 240 pixels, uncompressed, 50 times a
 * second, and all else goes on to whom it was meant for. Each frame is of one shade of grey, a step
 * brighter than the one before. After so many frames it is pulled out, and is back at the third
 * attempt to open it. */

/* Else open() would be another name for open64(), and both are to be answered. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <linux/videodev2.h>

#define FAKE "/dev/video77"
enum { WIDTH = 320, HEIGHT = 240, BYTES = 2 * WIDTH * HEIGHT, BUFFERS = 4, FRAMES = 25 };

static atomic_int fake_fd = -1;
static int frames;
static int missing = -1; /* so many attempts find it gone; -1: was not pulled out yet */
static uint8_t pixels[BUFFERS][(BYTES + 4095) / 4096 * 4096] __attribute__((aligned(4096)));
static int queue[BUFFERS], queued;
static double last_frame;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* POSIX lets a function come out of dlsym(), ISO C has no cast for it. */
#define REAL(name)                                                                                 \
    __typeof__(&name) real = NULL;                                                                 \
    do {                                                                                           \
        void *symbol = dlsym(RTLD_NEXT, #name);                                                    \
        memcpy(&real, &symbol, sizeof real);                                                       \
    } while (0)

int access(const char *path, int mode)
{
    REAL(access);
    return strcmp(path, FAKE) == 0 ? 0 : real(path, mode);
}

static int open_fake(void)
{
    if (missing > 0) {
        missing--;
        errno = ENODEV;
        return -1;
    }
    queued = 0;
    const int fd = memfd_create("camera", MFD_CLOEXEC);
    atomic_store(&fake_fd, fd);
    return fd;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    REAL(open);
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return strcmp(path, FAKE) == 0 ? open_fake() : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    REAL(open64);
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return strcmp(path, FAKE) == 0 ? open_fake() : real(path, flags, mode);
}

int close(int fd)
{
    REAL(close);
    int mine = fd;
    if (fd >= 0) atomic_compare_exchange_strong(&fake_fd, &mine, -1);
    return real(fd);
}

static void *map_fake(off_t offset)
{
    return pixels[offset / (off_t)sizeof pixels[0] % BUFFERS];
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    REAL(mmap);
    if (fd >= 0 && fd == atomic_load(&fake_fd)) return map_fake(offset);
    return real(at, size, protection, flags, fd, offset);
}

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    REAL(mmap64);
    if (fd >= 0 && fd == atomic_load(&fake_fd)) return map_fake(offset);
    return real(at, size, protection, flags, fd, offset);
}

int munmap(void *at, size_t size)
{
    REAL(munmap);
    const uint8_t *p = at;
    const bool is_mine = p >= pixels[0] && p < pixels[BUFFERS - 1] + sizeof pixels[0];
    return is_mine ? 0 : real(at, size);
}

/* --- What the driver answers ---------------------------------------------------------------- */

static int refuse(int why)
{
    errno = why;
    return -1;
}

static int query_capabilities(struct v4l2_capability *c)
{
    *c = (struct v4l2_capability){.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING};
    strcpy((char *)c->card, "Fake Camera");
    return 0;
}

/* A driver gives what it has, whatever was asked for. */
static int set_format(struct v4l2_format *f)
{
    f->fmt.pix = (struct v4l2_pix_format){.width = WIDTH,
                                          .height = HEIGHT,
                                          .pixelformat = V4L2_PIX_FMT_YUYV,
                                          .field = V4L2_FIELD_NONE,
                                          .bytesperline = 2 * WIDTH,
                                          .sizeimage = BYTES};
    return 0;
}

static int query_buffer(struct v4l2_buffer *b)
{
    if (b->index >= BUFFERS) return refuse(EINVAL);
    b->length = BYTES;
    b->m.offset = b->index * (uint32_t)sizeof pixels[0];
    return 0;
}

static int queue_buffer(const struct v4l2_buffer *b)
{
    if (b->index >= BUFFERS || queued == BUFFERS) return refuse(EINVAL);
    queue[queued++] = (int)b->index;
    return 0;
}

static int take_buffer(struct v4l2_buffer *b)
{
    const double time = now();
    if (missing < 0 && frames == FRAMES) missing = 2;
    if (missing > 0) return refuse(ENODEV);
    if (!queued || time - last_frame < 0.02) return refuse(EAGAIN);
    last_frame = time;
    b->index = (uint32_t)queue[0];
    memmove(queue, queue + 1, (size_t)--queued * sizeof *queue);
    for (int i = 0; i < BYTES; i += 2) {
        pixels[b->index][i] = (uint8_t)(16 + frames % 200);
        pixels[b->index][i + 1] = 128;
    }
    frames++;
    b->bytesused = b->length = BYTES;
    b->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    b->timestamp.tv_sec = (time_t)time;
    b->timestamp.tv_usec = (suseconds_t)((time - (double)(time_t)time) * 1e6);
    return 0;
}

static int set_parameters(struct v4l2_streamparm *p)
{
    p->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    p->parm.capture.timeperframe = (struct v4l2_fract){1, 50};
    return 0;
}

static int answer(unsigned long request, void *argument)
{
    switch (request) {
    case VIDIOC_QUERYCAP:
        return query_capabilities(argument);
    case VIDIOC_G_FMT:
    case VIDIOC_S_FMT:
        return set_format(argument);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM:
        return set_parameters(argument);
    case VIDIOC_REQBUFS:
        ((struct v4l2_requestbuffers *)argument)->count = BUFFERS;
        return 0;
    case VIDIOC_QUERYBUF:
        return query_buffer(argument);
    case VIDIOC_QBUF:
        return queue_buffer(argument);
    case VIDIOC_DQBUF:
        return take_buffer(argument);
    case VIDIOC_G_INPUT:
        *(int *)argument = 0;
        return 0;
    case VIDIOC_ENUMINPUT:
        return ((struct v4l2_input *)argument)->index ? refuse(EINVAL) : 0;
    case VIDIOC_S_INPUT:
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF:
        return 0;
    default:
        return refuse(ENOTTY);
    }
}

int ioctl(int fd, unsigned long request, ...)
{
    REAL(ioctl);
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    const bool is_mine = fd >= 0 && fd == atomic_load(&fake_fd);
    return is_mine ? answer((uint32_t)request, argument) : real(fd, request, argument);
}
