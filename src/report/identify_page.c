/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include "report/identify_page.h"

#include <math.h>

#include "base/error.h"
#include "base/file.h"
#include "report/markup.h"

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1f2933;--faint:#5c6873;--line:#dfe3e8;--ground:#fff;"
    "--card:#f7f8fa;--bad:#b3261e;--warn:#9a5b00;--good:#1a6b3c}\n"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--faint:#9aa5b1;--line:#3a434d;"
    "--ground:#16191d;--card:#20252b;--bad:#ff8a80;--warn:#ffb74d;--good:#81c995}}\n"
    "body{font:15px/1.45 system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif;color:var(--ink);"
    "background:var(--ground);margin:0 auto;max-width:1120px;padding:24px}\n"
    "h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 12px}"
    "p{margin:4px 0;color:var(--faint)}\n"
    ".figures{display:flex;flex-wrap:wrap;gap:12px;margin:20px 0}"
    ".figure{background:var(--card);border:1px solid var(--line);border-radius:8px;"
    "padding:12px 16px;min-width:110px}"
    ".figure b{display:block;font-size:24px}.figure span{color:var(--faint);font-size:13px}\n"
    ".bad b,.bad{color:var(--bad)}.warn b,.warn{color:var(--warn)}.good b,.good{color:var(--good)}\n"
    "table{border-collapse:collapse;min-width:420px}th,td{text-align:left;padding:6px 18px 6px 0;"
    "border-bottom:1px solid var(--line)}td.n,th.n{text-align:right}th{font-weight:600}\n"
    ".wide{overflow-x:auto}\n"
    ".mistakes{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:16px}\n"
    ".mistake{background:var(--card);border:1px solid var(--line);border-radius:8px;"
    "overflow:hidden}.pictures{position:relative}"
    ".photo,.none{display:block;width:100%;aspect-ratio:1;object-fit:cover}"
    ".other{position:absolute;right:6px;bottom:6px;width:36%;aspect-ratio:1;object-fit:cover;"
    "border:2px solid var(--ground);border-radius:6px}"
    ".none{display:grid;place-items:center;color:var(--faint);background:var(--line)}\n"
    ".words{padding:10px 12px;overflow-wrap:anywhere}.words p{font-size:13px}\n";

static void element(vv__text *t, const char *name, const char *class, const char *words)
{
    vv__text_format(t, class ? "<%s class=\"%s\">" : "<%s>", name, class);
    vv__markup_add(t, words);
    vv__text_format(t, "</%s>", name);
}

static void figure(vv__text *t, const char *class, size_t value, const char *words)
{
    vv__text_format(t, "<div class=\"figure %s\"><b>%zu</b><span>%s</span></div>\n", class, value,
                    words);
}

static void figures(vv__text *t, const vv_identify_summary *s)
{
    vv__text_add(t, "<div class=\"figures\">\n");
    if (isfinite(s->rank1))
        vv__text_format(t,
                        "<div class=\"figure\"><b>%.1f %%</b><span>nearest person is the right "
                        "one</span></div>\n",
                        100 * s->rank1);
    figure(t, "good", s->right, "named rightly");
    figure(t, s->wrong ? "bad" : "good", s->wrong, "named wrongly");
    figure(t, s->missed ? "warn" : "good", s->missed, "missed");
    if (s->strangers)
        figure(t, s->strangers_named ? "bad" : "good", s->strangers_named, "strangers named");
    vv__text_add(t, "</div>\n");
}

static void head(vv__text *t, const vv__identify_page *page)
{
    const vv_identify_summary *s = page->summary;
    vv__text_format(t,
                    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                    "<meta name=\"robots\" content=\"noindex\">"
                    "<title>Who was named how</title><style>\n%s</style></head>\n<body>\n",
                    style);
    vv__text_add(t, "<h1>Who was named how</h1>\n<p>Model ");
    vv__markup_add(t, page->model);
    vv__text_format(t,
                    ", threshold %.3f. %zu photos of %zu people: %zu of people in the gallery, %zu "
                    "of strangers.",
                    s->threshold, s->photos, s->people, s->known, s->strangers);
    if (s->failed) vv__text_format(t, " In %zu of them no face could be compared.", s->failed);
    vv__text_add(t, "</p>\n");
    if (s->in_gallery)
        vv__text_format(
            t,
            "<p class=\"warn\">%zu photos are in the gallery, too, and tell nothing.</p>"
            "\n",
            s->in_gallery);
    figures(t, s);
}

static void confusions(vv__text *t, const vv__identify_page *page)
{
    if (!page->confusion_count) return;
    vv__text_add(t, "<h2>Taken for another</h2>\n<div class=\"wide\"><table><tr><th>truly</th>"
                    "<th>named</th><th class=\"n\">photos</th></tr>\n");
    for (size_t i = 0; i < page->confusion_count; i++) {
        const vv_confusion *c = &page->confusions[i];
        vv__text_add(t, "<tr><td>");
        vv__markup_add(t, c->truth);
        if (c->is_stranger) vv__text_add(t, " (stranger)");
        vv__text_add(t, "</td>");
        element(t, "td", "bad", c->said);
        vv__text_format(t, "<td class=\"n\">%zu</td></tr>\n", c->count);
    }
    vv__text_add(t, "</table></div>\n");
}

static void number_cell(vv__text *t, size_t number)
{
    vv__text_format(t, "<td class=\"n\">%zu</td>", number);
}

static void people(vv__text *t, const vv__identify_page *page)
{
    vv__text_add(t,
                 "<h2>By person</h2>\n<div class=\"wide\"><table><tr><th>person</th><th></th>"
                 "<th class=\"n\">photos</th><th class=\"n\">right</th><th class=\"n\">wrong</th>"
                 "<th class=\"n\">missed</th></tr>\n");
    for (size_t i = 0; i < page->person_count; i++) {
        const vv__page_person *p = &page->people[i];
        vv__text_add(t, "<tr>");
        element(t, "td", NULL, p->name);
        element(t, "td", NULL, p->is_stranger ? "stranger" : "");
        number_cell(t, p->photos);
        number_cell(t, p->right);
        number_cell(t, p->wrong);
        number_cell(t, p->missed);
        vv__text_add(t, "</tr>\n");
    }
    vv__text_add(t, "</table></div>\n");
}

static void mistake_words(vv__text *t, const vv__page_mistake *m)
{
    vv__text_add(t, "<div class=\"words\">");
    if (m->said)
        element(t, "b", "bad", m->said);
    else
        element(t, "b", "warn", m->why ? "no face" : "not named");
    vv__text_add(t, "<br>truly ");
    vv__markup_add(t, m->truth);
    if (m->outcome == VV_NAMING_STRANGER_NAMED) vv__text_add(t, " (stranger)");
    if (m->why) {
        element(t, "p", NULL, m->why);
    } else if (isfinite(m->distance)) {
        vv__text_format(t, "<p>distance %.3f", m->distance);
        if (!m->said && m->nearest) {
            vv__text_add(t, " to ");
            vv__markup_add(t, m->nearest);
        }
        vv__text_add(t, "</p>");
    }
    if (m->reason && !m->said) element(t, "p", NULL, m->reason);
    element(t, "p", NULL, vv__path_base(m->photo));
    vv__text_add(t, "</div>");
}

static void picture(vv__text *t, const char *class, const char *address, const char *title)
{
    vv__text_format(t, "<img class=\"%s\" loading=\"lazy\" alt=\"\" title=\"%s\" src=\"", class,
                    title);
    vv__markup_add_address(t, address);
    vv__text_add(t, "\">");
}

static void mistakes(vv__text *t, const vv__identify_page *page)
{
    vv__text_format(t, "<h2>Mistakes</h2>\n");
    if (!page->mistakes_in_all) element(t, "p", NULL, "None.");
    if (page->mistake_count < page->mistakes_in_all)
        vv__text_format(t, "<p>The first %zu of %zu.</p>\n", page->mistake_count,
                        page->mistakes_in_all);
    vv__text_add(t, "<div class=\"mistakes\">\n");
    for (size_t i = 0; i < page->mistake_count; i++) {
        const vv__page_mistake *m = &page->mistakes[i];
        vv__text_add(t, "<div class=\"mistake\" title=\"");
        vv__markup_add(t, m->photo);
        vv__text_add(t, "\">");
        vv__text_add(t, "<div class=\"pictures\">");
        if (m->picture)
            picture(t, "photo", m->picture, "the photo");
        else
            vv__text_add(t, "<div class=\"none\">no picture</div>");
        if (m->other) picture(t, "other", m->other, "the nearest photo of the gallery");
        vv__text_add(t, "</div>");
        mistake_words(t, m);
        vv__text_add(t, "</div>\n");
    }
    vv__text_add(t, "</div>\n");
}

int vv__identify_page_write(const vv__identify_page *page, const char *path, vv_error *err)
{
    vv__text text = {0};
    vv__output out;
    head(&text, page);
    confusions(&text, page);
    mistakes(&text, page);
    people(&text, page);
    vv__text_add(&text, "</body></html>\n");
    int rc = text.failed ? vv__fail_nomem(err, path) : vv__output_open(&out, path, err);
    if (rc == 0) {
        fwrite(text.bytes, 1, text.length, out.stream);
        rc = vv__output_commit(&out, err);
    }
    vv__text_free(&text);
    return rc;
}
