/* SPDX-License-Identifier: MIT
 * Copyright (c) 2026 The Visavis authors */

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "suggest.h"
#include "visavis.h"

/* How many of the words are the command's name: 1, 2, or 0 where there is no such command. */
static int match(const vv__cli_command *command, int count, char **words)
{
    const char *space = strchr(command->name, ' ');
    if (!space) return strcmp(command->name, words[0]) == 0 ? 1 : 0;
    const size_t first = (size_t)(space - command->name);
    if (strlen(words[0]) != first || memcmp(words[0], command->name, first) != 0) return 0;
    return count > 1 && strcmp(space + 1, words[1]) == 0 ? 2 : 0;
}

/* Whether a word is the first of commands that have two. */
static bool is_group(const char *word)
{
    const size_t length = strlen(word);
    for (size_t i = 0; i < vv__cli_command_count; i++) {
        const char *name = vv__cli_commands[i].name;
        if (strncmp(name, word, length) == 0 && name[length] == ' ') return true;
    }
    return false;
}

static const vv__cli_command *find_command(int count, char **words, int *used)
{
    for (size_t i = 0; i < vv__cli_command_count; i++) {
        *used = match(&vv__cli_commands[i], count, words);
        if (*used) return &vv__cli_commands[i];
    }
    return NULL;
}

static void print_commands(const char *group)
{
    const size_t length = group ? strlen(group) : 0;
    for (size_t i = 0; i < vv__cli_command_count; i++) {
        const vv__cli_command *command = &vv__cli_commands[i];
        if (group && (strncmp(command->name, group, length) != 0 || command->name[length] != ' '))
            continue;
        printf("  %-15s %s\n", command->name, command->summary);
    }
}

static void print_overview(void)
{
    printf("Usage: visavis COMMAND [OPTIONS] ARGUMENTS\n"
           "\n"
           "Visavis finds faces in photos and videos, and tells who they are.\n"
           "All of it happens on this machine.\n"
           "\n"
           "Commands:\n");
    print_commands(NULL);
    printf("\n"
           "visavis COMMAND --help tells more; so does the manual: man visavis.\n"
           "Exit status: 0 done, 1 the answer is no (verify), 2 an error.\n");
}

static void print_group(const char *group)
{
    printf("Usage: visavis %s COMMAND [OPTIONS] ARGUMENTS\n\nCommands:\n", group);
    print_commands(group);
    printf("\nvisavis %s COMMAND --help tells more.\n", group);
}

static void print_help(const vv__cli_command *command)
{
    printf("Usage: visavis %s [OPTIONS]%s%s\n\n", command->name, *command->arguments ? " " : "",
           command->arguments);
    const char *summary = command->summary;
    printf("%c%s.\n", summary[0] - 'a' + 'A', summary + 1);
    if (*command->details) printf("%s", command->details);
    printf("\nOptions:\n");
    vv__cli_options_print(stdout, command->options);
}

/* The command that was meant, or a list of those there are, in one line. */
static void report_unknown(int count, char **words)
{
    const bool group = is_group(words[0]);
    const bool two = group && count > 1 && words[1][0] != '-';
    char typed[256], names[512] = "";
    snprintf(typed, sizeof typed, "%s%s%s", words[0], two ? " " : "", two ? words[1] : "");
    const vv__cli_command *near = NULL;
    for (size_t i = 0; i < vv__cli_command_count; i++) {
        const vv__cli_command *command = &vv__cli_commands[i];
        const char *name = command->name;
        if (group && strncmp(name, words[0], strlen(words[0])) != 0) continue;
        const size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", length ? ", " : "", name);
        if ((!group || two) && vv__cli_word_is_near(typed, name) &&
            (!near ||
             vv__cli_word_distance(typed, name) < vv__cli_word_distance(typed, near->name)))
            near = command;
    }
    if (group && !two)
        vv__cli_error("%s: which of its commands? There are %s", typed, names);
    else if (near)
        vv__cli_error("%s: no such command; did you mean %s? There are %s", typed, near->name,
                      names);
    else
        vv__cli_error("%s: no such command; there are %s", typed, names);
}

static int run_command(const vv__cli_command *command, int count, char **words)
{
    vv__cli_settings settings;
    int status = VV__CLI_FAILED;
    if (!vv__cli_options_read(&settings, command->name, command->options, count, words)) {
        /* said already */
    } else if (settings.help) {
        print_help(command);
        status = VV__CLI_DONE;
    } else if (settings.argument_count < command->least_arguments) {
        vv__cli_error("%s: %s: visavis %s %s", command->name, command->missing, command->name,
                      command->arguments);
    } else if (settings.argument_count > command->most_arguments) {
        vv__cli_error("%s: '%s' is one argument too many: visavis %s %s", command->name,
                      settings.arguments[command->most_arguments], command->name,
                      command->arguments);
    } else {
        vv__cli_message_setup(settings.quiet, settings.verbose);
        status = command->run(&settings);
    }
    vv__cli_options_free(&settings);
    return status;
}

static int show_help(int count, char **words)
{
    int used;
    if (count == 0) {
        print_overview();
        return VV__CLI_DONE;
    }
    const vv__cli_command *command = find_command(count, words, &used);
    if (command)
        print_help(command);
    else if (is_group(words[0]) && count == 1)
        print_group(words[0]);
    else {
        report_unknown(count, words);
        return VV__CLI_FAILED;
    }
    return VV__CLI_DONE;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int dispatch(int count, char **words)
{
    int used;
    if (count == 0) {
        vv__cli_error("no command given; `visavis --help` lists them");
        return VV__CLI_FAILED;
    }
    if (strcmp(words[0], "--version") == 0) {
        printf("visavis %s\n", vv_version());
        return VV__CLI_DONE;
    }
    if (is_help(words[0])) return show_help(count - 1, words + 1);
    const vv__cli_command *command = find_command(count, words, &used);
    if (command) return run_command(command, count - used, words + used);
    if (is_group(words[0]) && count > 1 && is_help(words[1])) {
        print_group(words[0]);
        return VV__CLI_DONE;
    }
    if (words[0][0] == '-')
        vv__cli_error("%s: a command comes first; `visavis --help` lists them", words[0]);
    else
        report_unknown(count, words);
    return VV__CLI_FAILED;
}

int main(int count, char **words)
{
    /* A reader that goes away is seen when writing to it. */
    signal(SIGPIPE, SIG_IGN);
    vv__cli_message_setup(false, false);
    const int status = dispatch(count > 0 ? count - 1 : 0, words + 1);
    return vv__cli_output_finish() ? status : VV__CLI_FAILED;
}
