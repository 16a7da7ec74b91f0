/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

/**
 * @file visavis.h
 * Visavis: face recognition in C. Finds faces (MTCNN), turns each into an encoding
 * (128 numbers), and answers who it is.
 *
 * A first program:
 *
 *     vv_error err;
 *     vv_context *ctx = NULL;
 *     vv_image *photo = NULL;
 *     vv_faces *faces = NULL;
 *     int rc = vv_context_open(&ctx, NULL, &err);
 *     if (rc >= 0) rc = vv_image_load(&photo, "a.jpg", NULL, &err);
 *     if (rc >= 0) rc = vv_detect(ctx, photo, NULL, &faces, &err);
 *     if (rc < 0)
 *         fprintf(stderr, "%s\n", err.message);
 *     else
 *         printf("%zu faces\n", vv_faces_count(faces));
 *     vv_faces_free(&faces);
 *     vv_image_free(&photo);
 *     vv_context_close(&ctx);
 *
 * Errors. A function that can fail returns an int: 0 or more is success, a negative value is one
 * of the VV_ERR_* codes. Its last argument, a vv_error, may be NULL; on failure it is filled with
 * the code and one line for a person. On failure every out-pointer is NULL. A NULL where something
 * is needed is VV_ERR_INVALID, not a crash; functions without an error take it for an empty object.
 * What can come of any function is not told again below: VV_ERR_INVALID (a NULL, options without a
 * size, a number out of range), VV_ERR_NOMEM (memory or threads), VV_ERR_INTERNAL. "Of the model"
 * are the errors of loading a network and its card: VV_ERR_NOT_FOUND, VV_ERR_IO, VV_ERR_FORMAT,
 * VV_ERR_UNSUPPORTED (an operator), VV_ERR_LIMIT, VV_ERR_MISMATCH (a card that does not fit).
 *
 * Ownership. `open`/`close` pairs hold files, models or threads, `new`/`free` pairs hold memory.
 * Both closers take the address of the pointer, set it to NULL, and accept NULL. Strings are
 * UTF-8. Pointers to const that a function returns belong to the object they came from, and live
 * as long as it does unless said otherwise.
 *
 * Options are passed as a pointer to a struct that starts with its own size; NULL means defaults,
 * and a zero in a field means that field's default. Initialise with the VV_*_INIT macro, so that
 * a program built today runs with a library of tomorrow; without a size they are VV_ERR_INVALID.
 * The same goes for structs that a function fills. Of the structs without a size, those that say so
 * grow at their ends: read them through the pointer the library gives. The others never change.
 *
 * Coordinates are pixels of the picture as shown, after any rotation its file asks for. The origin
 * is the top left corner of the top left pixel. Left and right are as seen in the picture. Times
 * are seconds. Distances are Euclidean unless the model's card says otherwise.
 *
 * Threads. A vv_context may be used by several threads at once: calls that compute take turns
 * where they must. Any other object is used by one thread at a time unless its functions say
 * otherwise. Different objects are independent.
 */

#ifndef VISAVIS_H
#define VISAVIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(VV_BUILDING) && defined(__GNUC__)
#define VV_API __attribute__((visibility("default")))
#else
#define VV_API
#endif

/** Version of this interface. Programs built for one major version run with any later minor one. */
#define VV_API_VERSION_MAJOR 0
#define VV_API_VERSION_MINOR 1
#define VV_API_VERSION_PATCH 0

/** The release as text, such as "0.1.0". Static; any thread. */
VV_API const char *vv_version(void);

/* ---------------------------------------------------------------------------------------------
 * Errors and messages
 * ------------------------------------------------------------------------------------------ */

/** Every code, its number and its text. Numbers are never reused. */
#define VV_ERROR_MAP(X)                                                                            \
    X(INVALID, -1, "invalid argument")                                                             \
    X(NOMEM, -2, "out of memory")                                                                  \
    X(IO, -3, "input or output failed")                                                            \
    X(FORMAT, -4, "malformed data")                                                                \
    X(UNSUPPORTED, -5, "not supported")                                                            \
    X(NOT_FOUND, -6, "not found")                                                                  \
    X(LIMIT, -7, "over a limit")                                                                   \
    X(CANCELLED, -8, "stopped on request")                                                         \
    X(NO_FACE, -9, "no face found")                                                                \
    X(EXISTS, -10, "exists already")                                                               \
    X(TRUNCATED, -11, "input breaks off")                                                          \
    X(MISMATCH, -12, "does not belong together")                                                   \
    X(INTERNAL, -13, "internal error")

enum {
    VV_OK = 0,
#define VV_ERROR_ENUM(name, number, text) VV_ERR_##name = number,
    VV_ERROR_MAP(VV_ERROR_ENUM)
#undef VV_ERROR_ENUM
};

/** What went wrong. `message` is one line without a final full stop: "WHAT: WHY; WHAT TO DO". */
typedef struct vv_error {
    int code;
    char message[1020];
} vv_error;

/** The general text of a code ("not found"); static; any thread. Unknown codes get a text too. */
VV_API const char *vv_error_text(int code);

typedef enum vv_log_level {
    VV_LOG_ERROR = 0,
    VV_LOG_WARNING = 1,
    VV_LOG_INFO = 2,
    VV_LOG_DEBUG = 3,
} vv_log_level;

/** Receives one line without newline. May be called from any of the library's threads. */
typedef void (*vv_log_callback)(void *cookie, vv_log_level level, const char *line);

/** Set where messages of the whole library go. NULL, the default, drops them.
 *  Call it before any other thread uses the library. */
VV_API void vv_log_set(vv_log_callback callback, void *cookie, vv_log_level most_detailed);

/* ---------------------------------------------------------------------------------------------
 * Context: the models in memory and the threads that run them
 * ------------------------------------------------------------------------------------------ */

typedef struct vv_context vv_context;

typedef struct vv_context_options {
    size_t size;
    /** How many work at once; 0 = one a core. The encoder of a video has as many of its own, which
     * work while these wait; from five on, so does its decoder, with a share. */
    int threads;
    /** Name of an encoder ("dlib"), or path of its .onnx file; NULL = "mobilefacenet". */
    const char *model;
    /** Where to look first for models; NULL = the usual places. Needs to hold one, not all. */
    const char *models_dir;
} vv_context_options;
#define VV_CONTEXT_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(vv_context_options), 0, NULL, NULL                                                  \
    }

/** Prepare to work. Models are loaded when first needed.
 *  Models are looked for in models_dir, $VISAVIS_MODELS, `models` beside the running build,
 *  $XDG_DATA_HOME/visavis/models, and the install prefix, in this order.
 *  @return 0. */
VV_API int vv_context_open(vv_context **out, const vv_context_options *options, vv_error *err);
VV_API void vv_context_close(vv_context **ctx);

/** Ask everything running in this context to stop soon with VV_ERR_CANCELLED.
 *  Safe in a signal handler and from any thread. Cannot be taken back. */
VV_API void vv_context_cancel(vv_context *ctx);

/* ---------------------------------------------------------------------------------------------
 * Pictures
 * ------------------------------------------------------------------------------------------ */

typedef struct vv_image vv_image;

typedef struct vv_image_options {
    size_t size;
    int64_t max_pixels; /**< Refuse larger pictures; 0 = 200 million. */
    int deadline_ms;    /**< Give up on a file that takes longer to read; 0 = 30 000. */
} vv_image_options;
#define VV_IMAGE_OPTIONS_INIT                                                                      \
    {                                                                                              \
        sizeof(vv_image_options), 0, 0                                                             \
    }

/** Read a photo: JPEG, PNG, WebP, TIFF, BMP, GIF (first picture), HEIC, AVIF and more. The picture
 * is turned upright as its file asks. `path` "-" reads standard input.
 *  @return 0, VV_ERR_NOT_FOUND, VV_ERR_IO, VV_ERR_FORMAT, VV_ERR_UNSUPPORTED, VV_ERR_LIMIT (pixels,
 *  bytes or time), VV_ERR_TRUNCATED. */
VV_API int vv_image_load(vv_image **out, const char *path, const vv_image_options *options,
                         vv_error *err);

/** A picture from 8-bit RGB pixels, row by row, `stride` bytes from row to row. The pixels are
 * copied.
 *  @return 0, VV_ERR_LIMIT (more than 65 500 to a side, or 200 million in all). */
VV_API int vv_image_new_rgb(vv_image **out, const uint8_t *rgb, int width, int height,
                            ptrdiff_t stride, vv_error *err);
VV_API void vv_image_free(vv_image **image);

VV_API int vv_image_width(const vv_image *image);
VV_API int vv_image_height(const vv_image *image);

/** Copy the picture as 8-bit RGB into `rgb` (height rows of `stride` bytes; stride >= 3 * width).
 *  @return 0. */
VV_API int vv_image_read_rgb(const vv_image *image, uint8_t *rgb, ptrdiff_t stride, vv_error *err);

/** Write the picture; the type is by the name's extension: .jpg, .png, .webp, .tif, .bmp.
 *  The file appears under its name only when it is complete.
 *  @return 0, VV_ERR_IO, VV_ERR_UNSUPPORTED (extension), VV_ERR_LIMIT (too large for that type). */
VV_API int vv_image_save(const vv_image *image, const char *path, vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Faces
 * ------------------------------------------------------------------------------------------ */

typedef struct vv_point {
    float x, y;
} vv_point;

/** May reach outside the picture. */
typedef struct vv_box {
    float x, y, width, height;
} vv_box;

enum {
    VV_LANDMARK_LEFT_EYE = 0,
    VV_LANDMARK_RIGHT_EYE = 1,
    VV_LANDMARK_NOSE = 2,
    VV_LANDMARK_MOUTH_LEFT = 3,
    VV_LANDMARK_MOUTH_RIGHT = 4,
    VV_LANDMARK_COUNT = 5,
};

/** A person a face could be. `person` belongs to the list of faces it came with. */
typedef struct vv_candidate {
    const char *person;
    float distance;
} vv_candidate;

/** What decided about a name. vv_verdict_text() says it in words. */
typedef enum vv_verdict {
    VV_VERDICT_NOT_ASKED = 0, /**< Nobody was looked up, or there is no encoding. */
    VV_VERDICT_NAMED = 1,     /**< Near enough, by a margin, on a picture that is good enough. */
    VV_VERDICT_TOO_FAR = 2,   /**< Nobody is nearer than the threshold. */
    VV_VERDICT_AMBIGUOUS = 3, /**< Two people are too nearly alike. */
    VV_VERDICT_POOR = 4,      /**< The face is not pictured well enough. */
    VV_VERDICT_ELSEWHERE = 5, /**< The nearest person suits another face of the picture better. */
    VV_VERDICT_FEW_VIEWS = 6, /**< Too little was seen of the face in a video. */
} vv_verdict;

/** "near enough", ...; static; any thread. */
VV_API const char *vv_verdict_text(vv_verdict verdict);

typedef enum vv_detector {
    VV_DETECTOR_MTCNN = 0,
    /** Viola and Jones' cascade of Haar features (2001), as OpenCV computes it: what MTCNN is to be
     * compared with. Boxes alone; `score` is the number of windows that agree, and a smallest face
     * of 0 is the cascade's own. */
    VV_DETECTOR_HAAR = 1,
    /** Both, to compare them: the faces of MTCNN, and after them those of the cascade. A smallest
     * face of 0 is 40 for both. See vv_comparison. */
    VV_DETECTOR_BOTH = 2,
} vv_detector;

/** One face. Fields are only ever appended; read it through the pointer the library gives. */
typedef struct vv_face {
    vv_box box;
    float score; /**< The detector's, 0 to 1. */
    bool has_landmarks;
    vv_point landmarks[VV_LANDMARK_COUNT];
    const float *encoding; /**< As compared (after normalisation); NULL where none was computed. */
    int encoding_length;
    const char *person; /**< NULL: unknown, or not asked. */
    /** To `person`, or to the nearest one where that is NULL; NaN where nobody was compared. A face
     * whose nearest person suits another face better may have the next one's name. In a video,
     * where how it has shown the person before gave the name, to that. */
    float distance;
    /** 0 to 1, how sure that the face is `person`, or that it is nobody; NaN: not asked. */
    float confidence;
    const vv_candidate *candidates; /**< Nearest first. */
    int candidate_count;
    int track; /**< Number of its track in a video, from 1; 0: none. */
    /** Which of the gallery's people `person` is, as vv_gallery_person_name() counts them; -1:
     * none. */
    int person_index;
    /** 0 to 1, what the face as pictured is worth for recognition, by its size, sharpness, pose,
     * exposure and score; NaN: not measured, which vv_encode() does. */
    float quality;
    float margin; /**< From the nearest person to the next one, in distance; NaN: there is none. */
    vv_verdict verdict;        /**< Why it has its name, or none. */
    const char *nearest_photo; /**< Path of the nearest person's nearest photo, or NULL. */
    vv_detector detector;      /**< Which of the two found it. */
} vv_face;

/** Faces of one picture, largest first; those of each detector apart. */
typedef struct vv_faces vv_faces;

VV_API size_t vv_faces_count(const vv_faces *faces);
/** @return the i-th face, valid as long as `faces`; NULL where there is none. */
VV_API const vv_face *vv_faces_get(const vv_faces *faces, size_t i);
/** @return the name of the model that made the encodings; NULL where there are none. */
VV_API const char *vv_faces_model(const vv_faces *faces);
/** What to keep with encodings that are kept: 64 hex digits that tell the model by its weights and
 *  by how its card says that faces are shown to it. Encodings can be compared where these are
 * equal, whatever the models are called. @return NULL where there are no encodings, or no memory.
 */
VV_API const char *vv_faces_model_id(const vv_faces *faces);
/** @return the seconds that one of the two detectors took: those on the clock for a photo, those of
 *  its thread for a frame of a video; NaN: it was not asked, or the faces of a frame were followed
 *  from where they were. */
VV_API double vv_faces_seconds(const vv_faces *faces, vv_detector detector);
VV_API void vv_faces_free(vv_faces **faces);

typedef struct vv_detect_options {
    size_t size;
    int min_face_px; /**< Smallest face, the side of its square in pixels, at least 12; 0 = 40. */
    /** Let through what the detector is less sure of, down to this score; 0 = the usual ones. */
    float score_floor;
    vv_detector detector;
    /** OpenCV's XML of a cascade, for all but VV_DETECTOR_MTCNN; NULL = its
     * haarcascade_frontalface_default where Debian's opencv-data puts it. */
    const char *cascade;
    /** Where nothing is found, or nothing for sure, look at the picture turned by 90, 180 and 270
     * degrees too: for photos that do not say how they lie. Boxes and landmarks are those of the
     * picture as it is; left and right are then as if the face were upright. MTCNN. */
    bool rotate_auto;
} vv_detect_options;
#define VV_DETECT_OPTIONS_INIT                                                                     \
    {                                                                                              \
        sizeof(vv_detect_options), 0, 0, VV_DETECTOR_MTCNN, NULL, false                            \
    }

/** Find faces with MTCNN (Zhang et al., "Joint Face Detection and Alignment using Multi-task
 *  Cascaded Convolutional Networks", 2016). No face is success with an empty list.
 *  @return 0, VV_ERR_CANCELLED, and those of the model. */
VV_API int vv_detect(vv_context *ctx, const vv_image *image, const vv_detect_options *options,
                     vv_faces **out, vv_error *err);

/** Compute the encoding and the quality of every face of `faces`, in place, with the context's
 * model.
 *  @return 0, VV_ERR_UNSUPPORTED (faces without landmarks, and a model that needs them),
 *  VV_ERR_CANCELLED, and those of the model. After a failure the faces are as they were. */
VV_API int vv_encode(vv_context *ctx, const vv_image *image, vv_faces *faces, vv_error *err);

typedef struct vv_align_options {
    size_t size;
    int side_px; /**< Width and height of the crop; 0 = the model's input, at most 4096. */
    /** Share of the width and height that is added on each side: of the crop where the model aligns
     * faces by landmarks, of the face's box where it takes that. 0 = as the model has it (none
     * where it aligns), VV_ALIGN_NO_MARGIN = none. At most 10. */
    float margin;
} vv_align_options;
#define VV_ALIGN_OPTIONS_INIT                                                                      \
    {                                                                                              \
        sizeof(vv_align_options), 0, 0                                                             \
    }
#define VV_ALIGN_NO_MARGIN (-1.0f)

/** The picture of one face that the context's model would see, turned and scaled as its card says.
 *  @param face of this picture.
 *  @return 0, VV_ERR_INVALID (landmarks that coincide, a face outside the picture, and as always),
 *  VV_ERR_UNSUPPORTED (a face without landmarks, and a model that needs them), and those of the
 *  model. */
VV_API int vv_align(vv_context *ctx, const vv_image *image, const vv_face *face,
                    const vv_align_options *options, vv_image **out, vv_error *err);

/** Distance between two encodings of the context's model, by its card's metric.
 *  @param length of both; any but the model's is VV_ERR_INVALID. @return 0, and those of the model.
 */
VV_API int vv_distance(vv_context *ctx, const float *a, const float *b, int length, float *distance,
                       vv_error *err);

/** How sure one can be, from 0 to 1, that two faces at this distance are one person, given the
 *  model's card; 0.5 at the threshold. @param threshold 0 = the card's. @return 0, and those of the
 * model. */
VV_API int vv_confidence(vv_context *ctx, float distance, float threshold, float *confidence,
                         vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Galleries: people and their photos
 * ------------------------------------------------------------------------------------------ */

typedef struct vv_gallery vv_gallery;

typedef enum vv_photo_status {
    VV_PHOTO_USED = 0,
    VV_PHOTO_NO_FACE = 1,       /**< Left out. */
    VV_PHOTO_SEVERAL_FACES = 2, /**< Used: the largest face. */
    VV_PHOTO_UNREADABLE = 3,    /**< Left out. */
    VV_PHOTO_POOR = 4,          /**< Used, but the face is not pictured well. */
} vv_photo_status;

/** Told of every photo of the gallery, in order of people and paths, as soon as it was read; from
 *  any of the library's threads, one call at a time. `why` is NULL for VV_PHOTO_USED, else a line
 *  for a person. Return false to stop. The context may be used. */
typedef bool (*vv_photo_callback)(void *cookie, const char *path, const char *person,
                                  vv_photo_status status, const char *why, size_t done,
                                  size_t total);

typedef struct vv_gallery_options {
    size_t size;
    int min_face_px;            /**< 0 = 40. */
    vv_photo_callback on_photo; /**< May be NULL. */
    void *cookie;
    int photos_each;  /**< Only each person's first so many photos, by name; 0 = all. */
    bool allow_empty; /**< A folder without anybody is no error: vv_live_name() brings them in. */
} vv_gallery_options;
#define VV_GALLERY_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(vv_gallery_options), 0, NULL, NULL, 0, false                                        \
    }

/** Open a folder of people: `Ross.jpg` or `Ross/<any>.jpg`, and both for the same person. Hidden
 *  files and those that are no photos by their names are passed over, and so are photos without a
 *  face or that cannot be read, which on_photo is told of. Every photo's largest face is encoded
 *  with the context's model. The context must outlive the gallery.
 *  A gallery is not changed by looking people up, so several threads may do that at once.
 *  @return 0, VV_ERR_NOT_FOUND (folder, or no face in it that can be used), VV_ERR_IO,
 *  VV_ERR_CANCELLED, and those of the model. */
VV_API int vv_gallery_open(vv_gallery **out, vv_context *ctx, const char *location,
                           const vv_gallery_options *options, vv_error *err);
/** An empty gallery in memory, to be filled with vv_gallery_add(). The context must outlive it.
 *  @return 0, and the errors of the model. */
VV_API int vv_gallery_new(vv_gallery **out, vv_context *ctx, vv_error *err);
/** Encodings of a folder's photos are kept in $XDG_CACHE_HOME/visavis (or ~/.cache/visavis),
 * readable by the user alone, by content, model and settings, so that the next opening is quick.
 * This removes them all. @param removed how many files, may be NULL. @return 0, VV_ERR_IO. */
VV_API int vv_cache_clear(size_t *removed, vv_error *err);
VV_API void vv_gallery_close(vv_gallery **gallery);

/** @return as vv_faces_model_id(), of the model that encodings of this gallery come from. */
VV_API const char *vv_gallery_model_id(const vv_gallery *gallery);

/** Add one encoding of a person, in memory alone. Not while others look people up. That it comes
 *  from the gallery's model is for the caller to see to: where encodings were kept, compare the
 *  vv_faces_model_id() kept with them with vv_gallery_model_id().
 *  @return 0, VV_ERR_INVALID (a name that is empty or not UTF-8, numbers that are none, and as
 *  always), VV_ERR_MISMATCH (length). */
VV_API int vv_gallery_add(vv_gallery *gallery, const char *person, const float *encoding,
                          int length, vv_error *err);

VV_API size_t vv_gallery_person_count(const vv_gallery *gallery);
/** @return the i-th person's name (sorted by name), or NULL. */
VV_API const char *vv_gallery_person_name(const vv_gallery *gallery, size_t i);
/** @return how many photos, or encodings added, stand behind the i-th person. */
VV_API size_t vv_gallery_person_encodings(const vv_gallery *gallery, size_t i);

/** How sure a name has to be. The threshold of the options, where it is set, replaces the
 *  strictness's own; its margin and quality still hold. */
typedef enum vv_strictness {
    VV_NORMAL = 0,  /**< The card's threshold. */
    VV_STRICT = 1,  /**< Nine tenths of it, a clear margin, and faces pictured well. */
    VV_LENIENT = 2, /**< A twentieth more, and any face. */
} vv_strictness;

typedef struct vv_identify_options {
    size_t size;
    float threshold;  /**< Largest distance at which a face gets a name; 0 = the card's. */
    int candidates;   /**< How many of the nearest people to report; 0 = 3. */
    bool allow_twice; /**< Let two faces of one picture be the same person (mirrors, split screens).
                       */
    vv_strictness strictness;
    bool explain; /**< Also find each face's nearest photo. */
} vv_identify_options;
#define VV_IDENTIFY_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(vv_identify_options), 0, 0, false, VV_NORMAL, false                                 \
    }

/** Name the faces of one picture, in place; faces without an encoding stay unnamed. A face is
 *  nearest to the person with the least distance over that person's encodings. One person is one
 *  face, unless allow_twice: of all ways to give the names, the one that suits the faces best as a
 *  whole, with the largest sum of (threshold - distance) over those named. What was found out stays
 *  true when the gallery is closed.
 *  @return 0, VV_ERR_MISMATCH (encodings of another model). After a failure the faces are as they
 *  were. */
VV_API int vv_identify(const vv_gallery *gallery, vv_faces *faces,
                       const vv_identify_options *options, vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Drawing
 * ------------------------------------------------------------------------------------------ */

enum {
    VV_DRAW_BOX = 1,       /**< A box. */
    VV_DRAW_LABEL = 2,     /**< The name and how sure, or "unknown" where people were looked up. */
    VV_DRAW_LANDMARKS = 4, /**< Five dots. */
    VV_DRAW_SCORE = 8,     /**< The detector's score. */
    VV_DRAW_QUALITY = 16,  /**< What the face as pictured is worth, 0 to 1, where it is known. */
};
#define VV_DRAW_DEFAULT (VV_DRAW_BOX | VV_DRAW_LABEL)

/** Draw faces on the picture itself. A person of a gallery keeps one colour, whatever the picture;
 *  people who follow each other in the gallery have colours that are easily told apart. Faces found
 *  by two detectors have a colour for each, and a legend in a corner tells which is whose.
 *  @param what VV_DRAW_* flags, 0 = VV_DRAW_DEFAULT.
 *  @return 0. */
VV_API int vv_image_draw(vv_image *image, const vv_faces *faces, unsigned what, vv_error *err);

/** Lay pictures out in a grid on one sheet, each with a caption below (captions may be NULL, and so
 *  may each of them). @param columns 0 = as fits; @param tile_width pixels, 0 = 480.
 *  @return 0, VV_ERR_INVALID (no picture, and as always), VV_ERR_LIMIT (a sheet that is too large).
 */
VV_API int vv_image_sheet(vv_image **out, const vv_image *const *images,
                          const char *const *captions, size_t count, int columns, int tile_width,
                          vv_error *err);

/** A picture of text alone, as labels are set, for what a window or a page shows beside pictures.
 *  Lines are parted by newlines, at most 64; a tab begins a second column.
 *  @param text_size pixels, 6 to 400; @param max_width of the picture, 16 to 16384: longer lines
 * end in an ellipsis; @param ground 0xRRGGBB: the text is black or white, as can be read on it.
 *  @return 0. */
VV_API int vv_image_text(vv_image **out, const char *text, int text_size, int max_width,
                         uint32_t ground, vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Files of unknown kind, and videos
 * ------------------------------------------------------------------------------------------ */

typedef enum vv_media_kind {
    VV_MEDIA_PHOTO = 1,
    VV_MEDIA_VIDEO = 2,
} vv_media_kind;

/** Tell whether a file is a photo or a video by its content.
 *  @return 0, or the errors of vv_image_load(). */
VV_API int vv_media_probe(const char *path, vv_media_kind *kind, vv_error *err);

/** @return whether the name ends like a photo's or a video's; for walking folders. Any thread. */
VV_API bool vv_media_is_photo_name(const char *path);
VV_API bool vv_media_is_video_name(const char *path);

/** A source as it may be shown: of an address without name and password, and with what a query
 * calls a password, a key or the like as "***"; anything else as it is. Any thread.
 *  @param shown gets it, cut to `capacity` bytes; "" where memory is out. */
VV_API void vv_media_shown(const char *source, char *shown, size_t capacity);

/** One frame as it leaves the pipeline. Lives during the callback. Fields are only ever appended.
 */
typedef struct vv_frame_info {
    int64_t frame; /**< From 0. */
    double time;   /**< The frame's own timestamp, in seconds. */
    int width, height;
    const vv_faces *faces;
    /** The tagged picture where want_images is set; else NULL. What is drawn on it is written. */
    vv_image *image;
} vv_frame_info;

/** Called for each frame in order, before it is written; from any of the library's threads, one
 * call at a time. Return false to stop with VV_ERR_CANCELLED. */
typedef bool (*vv_frame_callback)(void *cookie, const vv_frame_info *info);

/** Progress: called a few times a second, like on_frame, and when all is done. `total` frames is an
 * estimate, 0 where it is not known. */
typedef void (*vv_progress_callback)(void *cookie, int64_t done, int64_t total,
                                     double frames_per_second);

/** Where time went, in seconds summed over all threads. Fixed: other stages are told elsewhere. */
typedef struct vv_stage_seconds {
    double decode, detect, encode, identify, draw, write;
} vv_stage_seconds;

typedef struct vv_video_options {
    size_t size;
    const char *input;         /**< Path, or "-". */
    const char *output;        /**< Path of the tagged video; NULL = none. */
    const vv_gallery *gallery; /**< NULL: faces are found but not named. */
    bool encode;               /**< Compute encodings even without a gallery. */
    bool keep_encodings;       /**< Leave encodings in the faces passed to on_frame. */
    bool want_images;          /**< Give on_frame the tagged picture. */
    int min_face_px;           /**< 0 = 40. */
    /** Read once, at the start; NULL = the defaults. Up to five candidates a face, whose `quality`
     * is that of the best view of its track; `explain` finds no photos. */
    const vv_identify_options *identify;
    unsigned draw;      /**< VV_DRAW_*; 0 = VV_DRAW_DEFAULT. */
    const char *codec;  /**< FFmpeg's name of a video encoder; NULL = by container. */
    const char *preset; /**< NULL = "veryfast" where the encoder has presets. */
    int crf;            /**< Quality, 1 to 63; 0 = 20. */
    bool copy_only;     /**< Fail rather than convert sound or subtitles. */
    vv_frame_callback on_frame;
    vv_progress_callback on_progress;
    void *cookie;
    /** Every so many frames, and where a shot begins, the whole frame is searched; in between faces
     * are followed from where they were, and back from where one comes to light. 1 = search all; 0
     * = about three times a second, six where no frame waits (`lookahead`). */
    int search_every;
    /** A frame is named by what is seen up to so many seconds after it; 0 = 2 (less where frames
     * are large), VV_LOOKAHEAD_NONE = none. */
    double lookahead;
    /** All but MTCNN search every frame as a whole, and find faces that cannot be encoded: no
     * gallery, no encodings. The cascade's own smallest face is what 0 means for it alone. With
     * VV_DETECTOR_BOTH the output shows the picture twice, MTCNN's faces on the left and the
     * cascade's on the right; once with both, where it would be too wide for the encoder or for
     * usual players (8192 pixels). Tracks are of one detector each. */
    vv_detector detector;
    const char *cascade; /**< As in vv_detect_options. */
    /** Everyone seen is noted there, with pictures that have nothing drawn on them, between its
     * vv_appearances_begin() and vv_appearances_end(); NULL = nowhere. Not with VV_DETECTOR_BOTH,
     * to which everyone is two faces. */
    struct vv_appearances *appearances;
} vv_video_options;
#define VV_LOOKAHEAD_NONE (-1.0)
#define VV_VIDEO_OPTIONS_INIT                                                                      \
    {                                                                                              \
        sizeof(vv_video_options), NULL, NULL, NULL, false, false, false, 0, NULL, 0, NULL, NULL,   \
            0, false, NULL, NULL, NULL, 0, 0, VV_DETECTOR_MTCNN, NULL, NULL                        \
    }

typedef struct vv_video_result {
    size_t size;     /**< Set by the caller. */
    int64_t frames;  /**< That were done. */
    double duration; /**< Seconds of video that they show. */
    double seconds;  /**< Seconds it took. */
    int width, height;
    char partial_path[1024]; /**< Where a broken-off output was left; "" if nowhere. */
    vv_stage_seconds stages;
} vv_video_result;
#define VV_VIDEO_RESULT_INIT                                                                       \
    {                                                                                              \
        sizeof(vv_video_result), 0, 0, 0, 0, 0, {0},                                               \
        {                                                                                          \
            0, 0, 0, 0, 0, 0                                                                       \
        }                                                                                          \
    }

/** The main job: find, name and draw the faces of a video and write it again, with sound,
 *  subtitles and timestamps kept. The output appears under its name only when complete. If the
 *  input breaks off or the job is cancelled, what was done is left playable as
 *  `NAME.partial.EXT`, named in `result` and in the message.
 *  @param result may be NULL; filled on failure too.
 *  @return 0, VV_ERR_CANCELLED, VV_ERR_MISMATCH (people of another model), VV_ERR_TRUNCATED (the
 *  input breaks off), the others of vv_image_load() for the input, VV_ERR_IO and VV_ERR_UNSUPPORTED
 *  for the output, and those of the model. */
VV_API int vv_video_process(vv_context *ctx, const vv_video_options *options,
                            vv_video_result *result, vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Live: cameras and streams, as they happen
 * ------------------------------------------------------------------------------------------ */

/** A camera of this machine. Fields are only ever appended. */
typedef struct vv_camera {
    const char *path; /**< What to give as a source: "/dev/video0". */
    const char *name; /**< As its driver calls it; "" where it does not. */
} vv_camera;

typedef struct vv_camera_list vv_camera_list;

/** The cameras that there are now, by number; none is success with an empty list.
 *  @return 0. */
VV_API int vv_camera_list_new(vv_camera_list **out, vv_error *err);
VV_API size_t vv_camera_list_count(const vv_camera_list *list);
VV_API const vv_camera *vv_camera_list_get(const vv_camera_list *list, size_t i);
VV_API void vv_camera_list_free(vv_camera_list **list);

/** A source that is being watched. The context must outlive it. Its functions are called by one
 *  thread at a time; threads of its own do the work. */
typedef struct vv_live vv_live;

typedef enum vv_live_event_kind {
    VV_LIVE_CONNECTED =
        0, /**< The source gives pictures: at first, and again after VV_LIVE_LOST. */
    /** It broke, or fell silent. It is tried again after 1, 2, 4 ... 30 seconds; told once until it
     * is back. */
    VV_LIVE_LOST = 1,
    VV_LIVE_ENDED = 2, /**< A file, or standard input, came to its end. */
    /** Somebody is there: a person of the gallery, or, after a second in which no name was found,
     * an unknown one. */
    VV_LIVE_ARRIVAL = 3,
    /** Somebody was not seen for three seconds (longer where pictures come less than once a
     * second), the source ended, or it was closed. Also told of an unknown person who turns out to
     * be known; the arrival under the name follows. */
    VV_LIVE_DEPARTURE = 4,
    VV_LIVE_RECORDED = 5, /**< A recording is complete: `message` is its path. */
    VV_LIVE_RECORDING_FAILED =
        6, /**< It was given up; `message` says why, and what is kept of it. */
} vv_live_event_kind;

/** Fields are only ever appended; read it through the pointer the library gives. Lives during the
 *  callback. */
typedef struct vv_live_event {
    vv_live_event_kind kind;
    double time;         /**< When it was found out, in seconds since 1970; rising. */
    const char *message; /**< LOST, RECORDING_FAILED: why; RECORDED: a path; else NULL. */
    const char *person;  /**< ARRIVAL, DEPARTURE: NULL is unknown. */
    int person_index;    /**< In the caller's gallery; -1: unknown, or named by vv_live_name(). */
    /** The number in the pictures' faces: of an unknown person the one by which arrival and
     * departure belong together; of a known one the latest, as there may be several in turn. */
    int track;
    float distance, confidence; /**< Of the name, as in vv_face; NaN: unknown. */
    /** ARRIVAL, DEPARTURE: when the person was first and, so far, last seen; since 1970. */
    double first_seen, last_seen;
    double seconds; /**< DEPARTURE: from first to last seen. */
} vv_live_event;

/** Called by vv_live_next() and vv_live_close(), in the order of the events. May use the context
 *  and what is current of the source, but not call the vv_live functions. */
typedef void (*vv_live_callback)(void *cookie, const vv_live_event *event);

typedef struct vv_live_options {
    size_t size;
    /** A camera ("/dev/video0", which NULL means), an address (rtsp, rtsps, rtmp, http, https, srt,
     * udp, rtp, tcp), or a file, which is played in its own time; "-": standard input. */
    const char *source;
    const vv_gallery *gallery; /**< May be NULL. Must outlive the source; is not changed. */
    int min_face_px;           /**< 0 = 40. */
    const vv_identify_options *identify; /**< As in vv_video_options. */
    unsigned draw;                       /**< VV_DRAW_*; 0 = VV_DRAW_DEFAULT. */
    int search_every;                    /**< As in vv_video_options. */
    vv_live_callback on_event;           /**< May be NULL. */
    void *cookie;
    /** What a camera is asked for; it gives what it has that comes near. Both sides 0 = 1280 x 720;
     * rate 0 = as many pictures a second as it will. */
    int width, height;
    double frame_rate;
    /** Where the source is not there, wait for it, as after a break, rather than fail. */
    bool wait_for_source;
    /** Where photos of those who are given a name go; NULL = the folder that the gallery was opened
     * from. For a folder in which nobody is yet, with a gallery of vv_gallery_new(). */
    const char *people_folder;
} vv_live_options;
#define VV_LIVE_OPTIONS_INIT                                                                       \
    {                                                                                              \
        sizeof(vv_live_options), NULL, NULL, 0, NULL, 0, 0, NULL, NULL, 0, 0, 0, false, NULL       \
    }

/** One picture. Fields are only ever appended; read it through the pointer the library gives. */
typedef struct vv_live_frame {
    const vv_image *image; /**< Tagged. */
    const vv_image *plain; /**< As it came. */
    const vv_faces *faces;
    int64_t number; /**< From 0, of those that came from the source. */
    int64_t
        dropped; /**< So far: came, but were too old to be looked at, or not asked for in time. */
    double time; /**< Seconds since the first one, by the source's clock where that goes on. */
    double wall_time; /**< When it came, in seconds since 1970. */
    double arrival;   /**< The same in seconds of CLOCK_MONOTONIC. */
    /** From when it and those before it had come out of the camera's driver or the network, before
     * they were decoded (of a file: from when its time had come), until vv_live_next() gave it out;
     * seconds. */
    double delay;
    double frames_per_second; /**< Given out, over the last two seconds. */
    bool is_recording;
    int64_t recorded;          /**< Pictures in the present or last recording. */
    int64_t recording_dropped; /**< That are missing in it, as writing took too long. */
} vv_live_frame;

enum {
    VV_LIVE_NONE = 0,  /**< Nothing new in time. */
    VV_LIVE_FRAME = 1, /**< There is a picture. */
    VV_LIVE_END = 2,   /**< No more will come. */
};

/** Begin to watch: returns when the first picture is there.
 *  @return 0, VV_ERR_NOT_FOUND (a file; a camera, with those there are named), VV_ERR_IO (an
 *  address that does not answer), VV_ERR_CANCELLED, VV_ERR_MISMATCH (people of another model), the
 *  others of vv_image_load() for the source, and those of the model. */
VV_API int vv_live_open(vv_live **out, vv_context *ctx, const vv_live_options *options,
                        vv_error *err);

/** The newest picture, which becomes the current one: valid, like all that belongs to it, until
 *  this gives the next one, or closing. Older ones that were not asked for are dropped. Events are
 *  told from in here.
 *
 *      const vv_live_frame *frame;
 *      while ((rc = vv_live_next(live, 100, &frame, &err)) >= 0 && rc != VV_LIVE_END)
 *          if (rc == VV_LIVE_FRAME) show(frame->image);
 *
 *  @param timeout_ms how long to wait for one; 0 = not at all.
 *  @param frame NULL: only tell the events of that time; the current picture stays.
 *  @return VV_LIVE_NONE, VV_LIVE_FRAME, VV_LIVE_END, VV_ERR_CANCELLED, VV_ERR_TRUNCATED (a file
 *  that breaks off), and those of the model. A broken address or camera is no error. */
VV_API int vv_live_next(vv_live *live, int timeout_ms, const vv_live_frame **frame, vv_error *err);

/** Write the tagged pictures that are analysed from now on, with the times at which they came, to a
 *  video; without sound. Where the size of the picture changes, as it may after an outage, it goes
 *  on in NAME-2.EXT. Files appear under their names when complete: when stopped, closed, or at the
 *  end. What is written too slowly loses pictures rather than hold up the others.
 *  @param path NULL: stop, and wait until the file is complete. A name whose recording is on is
 *  stopped first; what becomes of that is told as an event.
 *  @return 0, VV_ERR_UNSUPPORTED (extension), VV_ERR_INVALID (the source itself), VV_ERR_IO;
 *  stopping: also what the recording failed with, if it did, and VV_ERR_TRUNCATED (no picture came
 *  to be recorded). What was written before a failure is kept as NAME.partial.EXT. */
VV_API int vv_live_record(vv_live *live, const char *path, vv_error *err);

/** The i-th face of the current picture is `person`: a photo of it is saved as
 *  FOLDER/PERSON/<time>.jpg, where FOLDER is the options' or the gallery's, and it goes by that
 *  name from the next picture on, whatever its name was; pictures that were looked at before are
 *  dropped. The caller's gallery stays as it is: faces of people who are not in it have a name and
 *  the person_index -1.
 *  @param person not empty, UTF-8, without "/" and control characters, and does not begin with ".".
 *  @param saved_path gets the photo's path, cut to `capacity` bytes; may be NULL.
 *  @return 0, VV_ERR_INVALID (the name, and as always), VV_ERR_NOT_FOUND (no such face),
 *  VV_ERR_UNSUPPORTED (no gallery, or one without a folder), VV_ERR_NO_FACE (the photo would not
 *  be of use: the face is not found again in it), VV_ERR_IO. */
VV_API int vv_live_name(vv_live *live, size_t face, const char *person, char *saved_path,
                        size_t capacity, vv_error *err);

/** Also completes a recording, first of all, and tells the last events. Waits for the source at
 * most a moment; but the system's search for an address by a host's name cannot be broken off, and
 * may take half a minute where no name server answers. */
VV_API void vv_live_close(vv_live **live);

/* ---------------------------------------------------------------------------------------------
 * Who appears when
 * ------------------------------------------------------------------------------------------ */

/** Who was seen from when to when, in any number of photos and videos, with a picture of each
 *  appearance; strangers sorted by who they are. What it takes grows with the number of
 *  appearances, not with that of frames.
 *
 *      vv_appearances_new(&seen, ctx, &(vv_appearances_options){..., .folder = "report"}, &err);
 *      for each video:
 *          vv_appearances_begin(seen, "party.mp4", &err);
 *          options.appearances = seen;
 *          rc = vv_video_process(ctx, &options, &result, &err);
 *          vv_appearances_end(seen, "tagged.mp4", rc < 0 ? err.message : NULL, &err);
 *      vv_appearances_write(seen, &err);
 */
typedef struct vv_appearances vv_appearances;

typedef struct vv_appearances_options {
    size_t size;
    /** Where pictures, tables and page go; made where it is not there. NULL = nowhere: there are no
     * pictures then, and vv_appearances_write() fails. */
    const char *folder;
    double longest_gap; /**< Who is away for no longer did not go; seconds; 0 = 1. */
    /** Strangers' encodings are one person's up to this distance on average (the root of the mean
     * square); 0 = the model's threshold. */
    float same_person;
} vv_appearances_options;
#define VV_APPEARANCES_OPTIONS_INIT                                                                \
    {                                                                                              \
        sizeof(vv_appearances_options), NULL, 0, 0                                                 \
    }

/** The context must outlive it.
 *  @return 0, VV_ERR_IO (the folder cannot be made or written to), VV_ERR_EXISTS (an index.html, an
 *  appearances.csv or .json, or a faces/NNNNN.jpg is there that is of no such report; or another
 *  report is being made in the folder). */
VV_API int vv_appearances_new(vv_appearances **out, vv_context *ctx,
                              const vv_appearances_options *options, vv_error *err);
/** Where nothing was written, nothing is left in the folder. */
VV_API void vv_appearances_free(vv_appearances **appearances);

/** What is added from here on is of this video. @param source what the reader of the report knows
 * it by, usually its path. @return 0. */
VV_API int vv_appearances_begin(vv_appearances *appearances, const char *source, vv_error *err);
/** The next frame, for those who do not give `appearances` to vv_video_process(): its time, and its
 *  faces with their tracks, names and encodings. Pictures of faces come from info->image, where
 *  there is one. @return 0, VV_ERR_IO (a picture). */
VV_API int vv_appearances_add(vv_appearances *appearances, const vv_frame_info *info,
                              vv_error *err);
/** The video is over, or cannot be read at all, and nothing was added. @param playable the file
 * that the page plays, the tagged video or the video itself; NULL: there is none. @param problem
 * why the video was not seen to its end, a line for a person; NULL: it was.
 *  @return 0, VV_ERR_IO (a picture). */
VV_API int vv_appearances_end(vv_appearances *appearances, const char *playable,
                              const char *problem, vv_error *err);
/** A photo, which has no time. @param shown the file that the page links to, the tagged photo or
 * the photo itself; NULL: there is none. @return 0, VV_ERR_IO (a picture). */
VV_API int vv_appearances_add_photo(vv_appearances *appearances, const char *source,
                                    const char *shown, const vv_image *image, const vv_faces *faces,
                                    vv_error *err);

/** Sort strangers by who they are. Nothing can be added after it; what follows needs it.
 *  @return 0, VV_ERR_IO, VV_ERR_CANCELLED (where the context was not cancelled before), and those
 * of the model. After a failure it fails so again. */
VV_API int vv_appearances_finish(vv_appearances *appearances, vv_error *err);

/** A photo or a video. Fields are only ever appended, here and in the next two. */
typedef struct vv_seen_source {
    const char *source;
    bool is_photo;
    double duration; /**< Seconds, from 0 to its last frame's end. */
    int64_t frames;
    int width, height;
    const char *shown; /**< What the page plays or links to; NULL: nothing. */
    const char *problem;
    size_t faces; /**< Appearances in it. */
} vv_seen_source;

/** Somebody who was seen: people of the gallery, then strangers; each those first who were there
 * for longest, where a photo counts as half a second. */
typedef struct vv_seen_person {
    const char *name; /**< "Unknown 1" and so on for strangers. */
    bool is_known;
    uint32_t color;      /**< 0xRRGGBB, as their labels have it. */
    double seconds;      /**< On screen, in all videos. */
    size_t first, count; /**< Their appearances, by source and time. */
    size_t videos, photos;
    size_t best; /**< The appearance with the best picture. */
} vv_seen_person;

/** Somebody's time in one source, short absences included. */
typedef struct vv_appearance {
    size_t source, person;
    double start, end; /**< Seconds from the beginning; 0 in photos. */
    double seconds;    /**< In sight between the two. */
    int64_t frames;
    float distance;   /**< The least to that person, or of a stranger to the nearest; NaN: none. */
    float confidence; /**< The most; NaN: none. */
    int track;        /**< The first of its tracks; 0: none. */
    float quality;    /**< Of the picture, as in vv_face; NaN: none. */
    const char *picture; /**< Relative to the folder; NULL: there is none. */
    const char *nearest; /**< Whom a stranger is most like, too far away; NULL: nobody. */
} vv_appearance;

VV_API size_t vv_appearances_source_count(const vv_appearances *appearances);
VV_API const vv_seen_source *vv_appearances_source(const vv_appearances *appearances, size_t i);
VV_API size_t vv_appearances_person_count(const vv_appearances *appearances);
VV_API const vv_seen_person *vv_appearances_person(const vv_appearances *appearances, size_t i);
VV_API size_t vv_appearances_count(const vv_appearances *appearances);
VV_API const vv_appearance *vv_appearances_get(const vv_appearances *appearances, size_t i);

/** Finish, and write into the folder: a page, `index.html`, that plays the videos and shows who is
 *  there; `appearances.csv` and `appearances.json`; `NAME.vtt` for each video, with who is in sight
 *  (WebVTT); and `faces/`, the pictures. The page comes last, each file whole. It shows faces and
 *  names: keep it as such. An earlier report in the folder is removed first; files of others are
 *  left alone. After a failure it may be tried again.
 *  @return 0, VV_ERR_INVALID (no folder, and as always), VV_ERR_IO, VV_ERR_EXISTS (as in
 *  vv_appearances_new(), where the file came since), and those of finishing. */
VV_API int vv_appearances_write(vv_appearances *appearances, vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Accuracy, against the truth
 * ------------------------------------------------------------------------------------------ */

/** Told of every photo that was looked at, in no particular order; from any of the library's
 *  threads, one call at a time. `why` is NULL, or a line for a person: the photo cannot be read, or
 *  there is no face in it. Return false to stop. */
typedef bool (*vv_eval_photo_callback)(void *cookie, const char *photo, const char *why,
                                       size_t done, size_t total);

typedef struct vv_eval_options {
    size_t size;
    /** Folder that the names of photos start from, where they are not absolute; NULL: the folder of
     * the truth where a photo is there, else the current one. */
    const char *root;
    int min_face_px;   /**< 0 = 40. Where faces are looked for, true ones lower do not count. */
    float threshold;   /**< Also measure this one; 0 = the card's. Pairs. */
    double far;        /**< Also measure at this share of false accepts; 0 = none. Pairs. */
    bool skip_missing; /**< Leave pairs out that cannot be compared; else they are wrong. */
    float score_floor; /**< As in vv_detect_options. Detection. */
    vv_eval_photo_callback on_photo; /**< May be NULL. */
    void *cookie;
    vv_detector detector; /**< Detection. */
    const char *cascade;  /**< As in vv_detect_options. Detection. */
} vv_eval_options;
#define VV_EVAL_OPTIONS_INIT                                                                       \
    {                                                                                              \
        sizeof(vv_eval_options), NULL, 0, 0, 0, false, 0, NULL, NULL, VV_DETECTOR_MTCNN, NULL      \
    }

/** How well the context's model tells pairs of photos of one person from pairs of two. */
typedef struct vv_pair_report vv_pair_report;

/** What came of it as a whole. Fields are only ever appended; read it through the pointer the
 *  library gives. A pair that cannot be compared, since a photo cannot be read or has no face,
 * counts as wrong in every accuracy, and as not accepted in every rate (as ISO/IEC 19795-1 has it);
 *  with skip_missing it is left out of all. */
typedef struct vv_pair_summary {
    size_t pairs;           /**< In the list. */
    size_t failed;          /**< Of these, could not be compared. */
    size_t same, different; /**< That count: of one person, of two. */
    size_t photos, failed_photos;
    int folds;       /**< 1: too few pairs for more, so the threshold is chosen on them. */
    double accuracy; /**< Mean share of right answers over the folds. */
    double accuracy_deviation; /**< Standard deviation over the folds (n - 1); NaN with one. */
    double threshold;          /**< Mean of the thresholds chosen for the folds. */
    double auc;                /**< Area under the ROC curve. */
    double equal_error_rate;
    double fixed_threshold; /**< The options', or the card's; what follows was measured there. */
    double fixed_accuracy, fixed_tar, fixed_far;
    size_t fixed_false_accepts;
    size_t rate_count; /**< For vv_pair_report_rate(). */
    const char *model;
} vv_pair_summary;

/** At the largest threshold with no more than a wanted share of false accepts. */
typedef struct vv_pair_rate {
    double far;           /**< Wanted. */
    double tar;           /**< Share of the pairs of one person that are accepted. */
    double threshold;     /**< 0: none is small enough. */
    size_t false_accepts; /**< Pairs of two people that are accepted. */
    size_t true_accepts;
} vv_pair_rate;

typedef struct vv_scored_pair {
    size_t size;       /**< Set by the caller. */
    size_t line;       /**< In the list, from 1. */
    const char *a, *b; /**< Belong to the report. */
    bool same;
    float distance;           /**< NaN: could not be compared. */
    const char *failed_photo; /**< `a` or `b`, where one is the reason; else NULL. */
    const char *why;          /**< A line for a person; else NULL. */
} vv_scored_pair;
#define VV_SCORED_PAIR_INIT                                                                        \
    {                                                                                              \
        sizeof(vv_scored_pair), 0, NULL, NULL, false, 0, NULL, NULL                                \
    }

/** Measure by a list of pairs: LFW's pairs.txt as published (its own ten folds), or lines
 *  `A<TAB>B<TAB>1` (the same person) or `0` (ten folds where there are enough of both kinds). Of
 *  several faces in a photo, the one nearest to its middle is compared. For each fold the threshold
 *  is chosen that does best on all others. Encodings are kept between runs, see vv_cache_clear().
 *  @return 0, VV_ERR_FORMAT (with the line), VV_ERR_NOT_FOUND (list, model, or all photos),
 *  VV_ERR_IO, VV_ERR_NO_FACE (no pair could be compared), VV_ERR_LIMIT, VV_ERR_CANCELLED, and those
 *  of the model. */
VV_API int vv_eval_pairs(vv_context *ctx, const char *pairs, const vv_eval_options *options,
                         vv_pair_report **out, vv_error *err);
VV_API void vv_pair_report_free(vv_pair_report **report);
VV_API const vv_pair_summary *vv_pair_report_summary(const vv_pair_report *report);
/** @return the i-th rate: those at 0.1, 0.01, 0.001, and at the options' `far`; or NULL. */
VV_API const vv_pair_rate *vv_pair_report_rate(const vv_pair_report *report, size_t i);
/** The i-th pair of the list. @return 0, VV_ERR_NOT_FOUND (i). */
VV_API int vv_pair_report_pair(const vv_pair_report *report, size_t i, vv_scored_pair *out,
                               vv_error *err);
/** Write the curve of both rates and the histograms of the distances as a picture (SVG).
 *  @return 0, VV_ERR_IO. */
VV_API int vv_pair_report_plot(const vv_pair_report *report, const char *path, vv_error *err);

/** How well the faces found agree with the true ones. */
typedef struct vv_detect_report vv_detect_report;

/** Fields are only ever appended; read it through the pointer the library gives. */
typedef struct vv_detect_summary {
    size_t photos, failed_photos; /**< The faces of those that cannot be read are missed. */
    size_t faces;                 /**< True ones that count. */
    size_t ignored;               /**< True ones that do not: marked so, or too small. */
    size_t found, false_alarms;
    double recall;            /**< found / faces; NaN where there are none. */
    double precision;         /**< found / (found + false_alarms); NaN where there are none. */
    double average_precision; /**< Area under precision over recall; NaN without faces. */
    size_t size_count;        /**< For vv_detect_report_size(). */
} vv_detect_summary;

/** Faces of one size. Found ones that hit nothing belong to the size that they have themselves. */
typedef struct vv_detect_size {
    double min_height, max_height; /**< From, and below, in pixels; max 0: no bound. */
    size_t faces;
    double recall, precision, average_precision;
} vv_detect_size;

/** Measure by a truth: WIDER FACE's `*_bbx_gt.txt`, or JSON lines
 *  `{"source":"PHOTO","faces":[{"box":{"x":..,"y":..,"width":..,"height":..}},...]}`, where a face
 *  may have `"ignored":true`. A face is found where a box overlaps it by half (intersection over
 *  union). Boxes marked invalid, and those lower than min_face_px, count neither as found nor as
 *  missed, nor does what is found there.
 *  @return as vv_eval_pairs() does. */
VV_API int vv_eval_detect(vv_context *ctx, const char *truth, const vv_eval_options *options,
                          vv_detect_report **out, vv_error *err);
VV_API void vv_detect_report_free(vv_detect_report **report);
VV_API const vv_detect_summary *vv_detect_report_summary(const vv_detect_report *report);
/** @return the i-th size, smallest first, or NULL. */
VV_API const vv_detect_size *vv_detect_report_size(const vv_detect_report *report, size_t i);
/** @param why may be NULL. @return the i-th photo that could not be read, or NULL. */
VV_API const char *vv_detect_report_failure(const vv_detect_report *report, size_t i,
                                            const char **why);
/** Write precision over recall, and both by size, as a picture (SVG).
 *  @return 0, VV_ERR_IO. */
VV_API int vv_detect_report_plot(const vv_detect_report *report, const char *path, vv_error *err);

/** What became of one photo. */
typedef enum vv_naming {
    VV_NAMING_RIGHT = 0,
    VV_NAMING_WRONG = 1,          /**< Another's name. */
    VV_NAMING_MISSED = 2,         /**< In the gallery, but not named. */
    VV_NAMING_STRANGER = 3,       /**< Not in the gallery, and not named. */
    VV_NAMING_STRANGER_NAMED = 4, /**< Not in the gallery, but named. */
} vv_naming;

/** How well people are named, and strangers left alone. */
typedef struct vv_identify_report vv_identify_report;

/** Fields are only ever appended; read it through the pointer the library gives. */
typedef struct vv_identify_summary {
    size_t photos;
    size_t failed; /**< Without a face, or unreadable: missed where the person is known. */
    size_t people, people_known; /**< Who the photos are of; how many of them the gallery has. */
    size_t known, strangers;     /**< Photos of people in the gallery, and of others. */
    size_t right, wrong, missed; /**< Of the known. */
    size_t strangers_named;
    double rank1; /**< Share of the known whose nearest person is they, however far; NaN: none. */
    size_t in_gallery;      /**< Photos that are in the gallery, too, and so tell nothing. */
    size_t confusion_count; /**< For vv_identify_report_confusion(). */
    double threshold;
} vv_identify_summary;

typedef struct vv_named_photo {
    size_t size; /**< Set by the caller. */
    const char *photo, *truth;
    const char *said;    /**< NULL: nobody. */
    const char *nearest; /**< NULL: no face could be compared. */
    float distance;      /**< To `said`, else to `nearest`; NaN: neither. */
    vv_naming outcome;
    const char *why;    /**< Why no face could be compared, a line for a person; else NULL. */
    const char *reason; /**< What decided, as vv_verdict_text() says it; NULL as `nearest` is. */
} vv_named_photo;
#define VV_NAMED_PHOTO_INIT                                                                        \
    {                                                                                              \
        sizeof(vv_named_photo), NULL, NULL, NULL, NULL, 0, VV_NAMING_RIGHT, NULL, NULL             \
    }

/** Who was taken for whom, and how often. */
typedef struct vv_confusion {
    const char *truth, *said;
    bool is_stranger; /**< `truth` is not in the gallery. */
    size_t count;
} vv_confusion;

/** Measure by photos of known people: a folder like a gallery's (`Ross/<any>.jpg`, `Ross.jpg`).
 *  People whose name the gallery does not have are strangers. Everyone in a photo is looked up as
 *  vv_identify() does it; the face nearest to the middle counts.
 *  @param identify NULL: the defaults. @return as vv_eval_pairs() does. */
VV_API int vv_eval_identify(vv_context *ctx, const vv_gallery *gallery, const char *folder,
                            const vv_identify_options *identify, const vv_eval_options *options,
                            vv_identify_report **out, vv_error *err);
VV_API void vv_identify_report_free(vv_identify_report **report);
VV_API const vv_identify_summary *vv_identify_report_summary(const vv_identify_report *report);
/** The i-th photo, in order of people and paths. @return 0, VV_ERR_NOT_FOUND (i). */
VV_API int vv_identify_report_photo(const vv_identify_report *report, size_t i, vv_named_photo *out,
                                    vv_error *err);
/** @return the i-th wrong name, most frequent first, or NULL. */
VV_API const vv_confusion *vv_identify_report_confusion(const vv_identify_report *report, size_t i);
/** Write a page about it, `index.html`, with thumbnails of the mistakes, into a folder, which is
 *  made where it is not there. It shows faces and names: keep it as such.
 *  @return 0, VV_ERR_IO, VV_ERR_CANCELLED. */
VV_API int vv_identify_report_page(const vv_identify_report *report, vv_context *ctx,
                                   const char *folder, vv_error *err);

/** How well people are named in videos. */
typedef struct vv_video_report vv_video_report;

/** Told how far the i-th clip is: `done` of `total` frames (an estimate, 0: not known). Called a
 * few times a second, from any of the library's threads, one call at a time. Return false to stop.
 */
typedef bool (*vv_eval_clip_callback)(void *cookie, size_t i, const char *clip, int64_t done,
                                      int64_t total, double frames_per_second);

typedef struct vv_eval_video_options {
    size_t size;
    int min_face_px;                     /**< 0 = 40. */
    const vv_identify_options *identify; /**< As these three in vv_video_options. */
    int search_every;
    double lookahead;
    vv_eval_clip_callback on_clip; /**< May be NULL. */
    void *cookie;
} vv_eval_video_options;
#define VV_EVAL_VIDEO_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(vv_eval_video_options), 0, NULL, 0, 0, NULL, NULL                                   \
    }

/** What became of one clip, or of all together. Fields are only ever appended; read it through the
 *  pointer the library gives. All but `frames` is counted in the shots of the truth. */
typedef struct vv_judged_video {
    const char *clip; /**< Path as given; NULL: all together. */
    int64_t frames;
    int64_t expected_frames; /**< By the truth; -1: it does not say. */
    int64_t judged_frames;   /**< In one of its shots. */
    size_t shots;
    /** Frames that main people of the gallery are in, summed over these; in how many of them they
     * have their names; and the share, NaN: there are none. */
    int64_t main_frames, main_named;
    double main_share;
    /** Frames and tracks with the name of somebody who is not there. */
    int64_t false_frames;
    size_t false_tracks;
    size_t switches;      /**< The sum of the next three. */
    size_t name_changes;  /**< A track goes by another name than before. */
    size_t alternations;  /**< The only face of a shot does, as another track. */
    size_t names_carried; /**< A track keeps its name over a cut, to where the person is not. */
    int64_t faces, faces_named;
    size_t tracks, tracks_named;
    size_t first_person, person_count; /**< For vv_video_report_person(). */
    double seconds;                    /**< That it took. */
} vv_judged_video;

/** Somebody who is in a clip, or whose name was given in it. Fields are only ever appended. */
typedef struct vv_judged_person {
    const char *person;
    bool is_known;   /**< In the gallery. */
    bool is_present; /**< In any of the shots; else the name is false wherever it is given. */
    bool is_main, is_back;
    int64_t main_frames, main_named; /**< As above; 0 where the gallery has no such person. */
    int64_t named;        /**< Frames with the name in which the person is there, main or not. */
    int64_t false_frames; /**< And in which not. */
    size_t tracks;        /**< That came to have the name. */
} vv_judged_person;

/** What it was measured with. Fields are only ever appended. */
typedef struct vv_video_summary {
    size_t clips;
    const vv_judged_video *all;
    size_t people, photos; /**< Of the gallery. */
    double threshold;
    const char *model;
} vv_video_summary;

/** Measure by clips of which it is known who is in them. The truth is JSON:
 *  `{"clips": {"FILE": {"frames": 82, "present": ["Rachel"], "main": ["Rachel"], "back": []}}}`.
 *  Anybody's name who is not `present` is false; those who are `main` should be named in every
 *  frame. A clip of several shots has
 *  `"shots": [{"start": 0, "end": 82, "present": [..], "main": [..]}, ..]` instead, from a frame
 *  (from 0) to before another. Other keys are passed over. A clip is told by the name of its file,
 *  without folders. People that the gallery does not have are strangers.
 *  @param options NULL: the defaults. @return 0, VV_ERR_FORMAT or VV_ERR_LIMIT (the truth),
 *  VV_ERR_NOT_FOUND (the truth; a clip that it does not have), and those of vv_video_process(). */
VV_API int vv_eval_video(vv_context *ctx, const vv_gallery *gallery, const char *truth,
                         const char *const *clips, size_t clip_count,
                         const vv_eval_video_options *options, vv_video_report **out,
                         vv_error *err);
VV_API void vv_video_report_free(vv_video_report **report);
VV_API const vv_video_summary *vv_video_report_summary(const vv_video_report *report);
/** @return the i-th clip, in the order given, or NULL. */
VV_API const vv_judged_video *vv_video_report_clip(const vv_video_report *report, size_t i);
/** @return the i-th person, those of each clip together, main ones first, or NULL. */
VV_API const vv_judged_person *vv_video_report_person(const vv_video_report *report, size_t i);

/** What a threshold was settled by. */
typedef enum vv_calibration_basis {
    VV_CALIBRATION_PEOPLE = 0, /**< The gallery's people: there are pairs enough. */
    VV_CALIBRATION_FEW_PEOPLE =
        1,                   /**< Them, too few though they are, as others would let in more. */
    VV_CALIBRATION_CARD = 2, /**< What the model's card tells of false accepts. */
    VV_CALIBRATION_NONE = 3, /**< The card's own threshold: nothing is known of its rate. */
} vv_calibration_basis;

typedef struct vv_calibration {
    size_t size;      /**< Set by the caller. */
    double far;       /**< Wanted share of pairs of two people that are accepted. */
    double threshold; /**< The one to use. */
    vv_calibration_basis basis;
    size_t people, encodings;           /**< That were compared. */
    size_t same_pairs, different_pairs; /**< Pairs of encodings of one person, of two. */
    size_t false_accepts;               /**< Of the latter, at the threshold. */
    double tar;              /**< Of the former, the share accepted at it; NaN: there are none. */
    double people_threshold; /**< By the people alone; NaN: there are no pairs. */
    double card_threshold;   /**< By the card alone; NaN: it tells nothing. */
    double smallest_far;     /**< With none accepted, the rate may still be this: 3 / pairs. */
    double sure_far;         /**< From here on the pairs alone tell the rate: 30 / pairs. */
    /** Encodings that would get a name were the rest of the gallery strangers to them. */
    size_t named_as_strangers;
} vv_calibration;
#define VV_CALIBRATION_INIT                                                                        \
    {                                                                                              \
        sizeof(vv_calibration), 0, 0, VV_CALIBRATION_PEOPLE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0       \
    }

/** The threshold for a wanted share of false accepts, from the people of a gallery and from what
 *  the model's card tells. Of more than 3,000 encodings, every so-many-th is compared.
 *  @param far 0 to 1; 0 = 0.001. @return 0, VV_ERR_INVALID, VV_ERR_NOMEM. */
VV_API int vv_calibrate(const vv_gallery *gallery, double far, vv_calibration *out, vv_error *err);

/* ---------------------------------------------------------------------------------------------
 * Two detectors beside each other
 * ------------------------------------------------------------------------------------------ */

/** What one detector did on the pictures of a comparison. Fixed. */
typedef struct vv_detector_summary {
    size_t faces;    /**< That it found. */
    size_t shared;   /**< Of these, faces that the other one found, too. */
    size_t pictures; /**< On which its time is known. */
    double seconds;  /**< That it took for them. */
    /** Against the truth, as vv_eval_detect() counts; NaN where there is nothing to divide by. */
    size_t found, false_alarms;
    double recall, precision, average_precision;
} vv_detector_summary;

typedef struct vv_comparison_summary {
    size_t size; /**< Set by the caller. */
    size_t pictures;
    size_t true_pictures;       /**< Of which there is a truth. */
    size_t true_faces, ignored; /**< On these: faces that count, and that do not. */
    double overlap;             /**< From which two boxes are of one face. */
    double median_overlap;      /**< Of the shared faces' two boxes; NaN: there are none. */
    vv_detector_summary mtcnn, haar;
} vv_comparison_summary;
#define VV_COMPARISON_SUMMARY_INIT                                                                 \
    {                                                                                              \
        sizeof(vv_comparison_summary), 0, 0, 0, 0, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0, 0},              \
        {                                                                                          \
            0, 0, 0, 0, 0, 0, 0, 0, 0                                                              \
        }                                                                                          \
    }

/** How the two detectors agree, picture by picture. A face is shared where one of each detector's
 *  boxes overlap by half or more: what they have in common over what they cover together. Boxes are
 *  taken as they are, though MTCNN's follow the face and the cascade's are squares about it; each
 *  belongs to one pair at most, those that overlap most first. */
typedef struct vv_comparison vv_comparison;

/** @param truth where faces truly are, as vv_eval_detect() takes it, in JSON lines also of frames;
 *  NULL = not known.
 *  @param min_face_px true faces lower than this do not count; 0 = 40.
 *  @return 0, and the errors of reading the truth as vv_eval_detect() has them. */
VV_API int vv_comparison_new(vv_comparison **out, const char *truth, int min_face_px,
                             vv_error *err);
/** Count one picture's faces, found by VV_DETECTOR_BOTH. @param photo its path, to find it in the
 *  truth: that name of the truth counts with which the path ends, the longest one; each photo once.
 *  A frame of a video is called PATH#FRAME, as in "party.mp4#12". NULL = it is not there.
 *  @return 0. */
VV_API int vv_comparison_add(vv_comparison *comparison, const char *photo, const vv_faces *faces,
                             vv_error *err);
/** @return 0. */
VV_API int vv_comparison_result(const vv_comparison *comparison, vv_comparison_summary *out,
                                vv_error *err);
VV_API void vv_comparison_free(vv_comparison **comparison);

/* ---------------------------------------------------------------------------------------------
 * Models
 * ------------------------------------------------------------------------------------------ */

typedef struct vv_model_list vv_model_list;

/** What a tensor of a model is called and how large it is. */
typedef struct vv_tensor_info {
    const char *name;
    int rank;
    const int64_t *shape;             /**< -1 where symbolic. */
    const char *const *shape_symbols; /**< The symbol, or NULL where the dimension is a number. */
} vv_tensor_info;

/** One model: its file and what its card says. Fields are only ever appended. */
typedef struct vv_model_info {
    const char *name, *path, *card_path;
    const vv_tensor_info *inputs;
    size_t input_count;
    const vv_tensor_info *outputs;
    size_t output_count;
    const char *task; /**< "detection", "encoding" or "". */
    int dimension;    /**< Of the encoding; 0: not an encoder. */
    float threshold;  /**< 0: not an encoder. */
    const char *licence, *source, *description, *training_data, *limits;
    const char *card_json; /**< The whole card. */
    int64_t parameters;    /**< Numbers in its weights. */
    int64_t file_bytes;
} vv_model_info;

/** All models in the first place that has any. A model that cannot be read is left out and logged.
 *  @return 0, VV_ERR_NOT_FOUND (none anywhere). */
VV_API int vv_model_list_new(vv_model_list **out, vv_context *ctx, vv_error *err);
/** One model by name or path, as a list of one. @return 0, and the errors of the model. */
VV_API int vv_model_list_new_one(vv_model_list **out, vv_context *ctx, const char *name_or_path,
                                 vv_error *err);
VV_API size_t vv_model_list_count(const vv_model_list *list);
VV_API const vv_model_info *vv_model_list_get(const vv_model_list *list, size_t i);
VV_API void vv_model_list_free(vv_model_list **list);

/** Convert published weights to ONNX: a .tflite file, a face-api `*-weights_manifest.json`, or a
 * Keras .h5 file of FaceNet or OpenFace (read by a process of its own, with limits). Where the
 * network is one that Visavis knows, its card is written beside the output as NAME.json.
 *  @return 0, VV_ERR_NOT_FOUND (input, or the converter), VV_ERR_IO, VV_ERR_FORMAT,
 *  VV_ERR_UNSUPPORTED, VV_ERR_LIMIT, VV_ERR_TRUNCATED, VV_ERR_CANCELLED. */
VV_API int vv_model_convert(vv_context *ctx, const char *input, const char *output, vv_error *err);

/** One field of a card: its name, with dots ("input.width"), its value as JSON, whether that is a
 * guess to be checked, and where it comes from, in words. Valid during the call. */
typedef void (*vv_card_callback)(void *cookie, const char *field, const char *value, bool is_guess,
                                 const char *why);

/** Write a first card for an encoder that has none, from what its ONNX file tells (size, layout,
 * count of numbers) and, where that tells nothing, what is usual (order of colours, normalisation,
 * alignment, threshold). It can be used at once, and is to be completed.
 *  @param model an .onnx file, or a model's name; @param card the file to write, NULL = beside the
 *  model as NAME.json; @param on_field told of each field, may be NULL.
 *  @return 0, VV_ERR_EXISTS (a card is there), VV_ERR_UNSUPPORTED (not an encoder of faces),
 *  VV_ERR_NOT_FOUND, VV_ERR_FORMAT, VV_ERR_LIMIT, VV_ERR_IO. */
VV_API int vv_model_write_card(vv_context *ctx, const char *model, const char *card,
                               vv_card_callback on_field, void *cookie, vv_error *err);

/** Put tensors through any supported ONNX file. Inputs (.npy, or ONNX TensorProto .pb) are taken in
 *  the order of the model's inputs. Each output becomes `DIR/<output name>.npy` (the folder is made
 *  where it is not there), in ONNX's own
 *  layout; characters of the name other than letters, digits, `.`, `_`, `-` become `_`.
 *  @return 0, VV_ERR_INVALID (count or shape of inputs, and as always), VV_ERR_NOT_FOUND (an input,
 * or the folder), VV_ERR_IO, VV_ERR_CANCELLED, and those of the model, which inputs may have, too.
 */
VV_API int vv_model_run(vv_context *ctx, const char *model, const char *const *inputs,
                        size_t input_count, const char *output_dir, vv_error *err);

#ifdef __cplusplus
}
#endif

#endif /* VISAVIS_H */
