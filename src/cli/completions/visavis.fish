# SPDX-License-Identifier: MIT
# Completion of the visavis command for fish.

set -l commands detect encode verify recognize gallery eval cache model help
set -l finds '__fish_seen_subcommand_from detect encode recognize'
set -l writes '__fish_seen_subcommand_from detect recognize'
set -l encodes '__fish_seen_subcommand_from encode verify recognize gallery eval'

complete -c visavis -n "not __fish_seen_subcommand_from $commands" -f
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a detect -d 'find the faces in photos and videos'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a encode -d 'turn each face into the numbers that are compared'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a verify -d 'tell whether two photos show the same person'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a recognize -d 'tell who is in photos and videos'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a gallery -d 'people and their photos'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a eval -d 'measure accuracy against the truth'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a cache -d 'what is kept to start faster'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a model -d 'list, show, convert and run models'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -a help -d 'explain a command'
complete -c visavis -n "not __fish_seen_subcommand_from $commands" -l version -d 'print the version'
complete -c visavis -n '__fish_seen_subcommand_from gallery; and not __fish_seen_subcommand_from list' -f -a list
complete -c visavis -n '__fish_seen_subcommand_from eval; and not __fish_seen_subcommand_from pairs detect' -f -a 'pairs detect'
complete -c visavis -n '__fish_seen_subcommand_from cache; and not __fish_seen_subcommand_from clear' -f -a clear
complete -c visavis -n '__fish_seen_subcommand_from model; and not __fish_seen_subcommand_from list info convert run' -f -a 'list info convert run'

complete -c visavis -s h -l help -d 'print help'
complete -c visavis -s q -l quiet -d 'say nothing but errors and JSON'
complete -c visavis -s v -l verbose -d 'say more'
complete -c visavis -n "not __fish_seen_subcommand_from help" -l json -d 'print JSON, one object a line'
complete -c visavis -n "$finds" -l recursive -d 'take folders as inputs'
complete -c visavis -n "$finds" -l stats -r -d 'write where the time went'
complete -c visavis -n "$finds; or __fish_seen_subcommand_from verify gallery eval" -l min-face -x -d 'smallest face to find, in pixels'
complete -c visavis -n "$finds; or __fish_seen_subcommand_from verify gallery eval" -l threads -x -d 'most threads to use'
complete -c visavis -l models -x -a '(__fish_complete_directories)' -d 'look for models there first'
complete -c visavis -n "$encodes" -l model -x -a 'mobilefacenet dlib facenet openface' -d 'network that encodes faces'
complete -c visavis -n '__fish_seen_subcommand_from recognize gallery' -l people -x -a '(__fish_complete_directories)' -d 'folder of people'
complete -c visavis -n '__fish_seen_subcommand_from recognize verify eval' -l threshold -x -d 'largest distance of one person'
complete -c visavis -n '__fish_seen_subcommand_from recognize' -l candidates -x -d 'how many people to report'
complete -c visavis -n '__fish_seen_subcommand_from recognize' -l allow-twice -d 'let one person appear twice in a picture'
complete -c visavis -n "$writes; or __fish_seen_subcommand_from model" -s o -l output -r -d 'write the result there'
complete -c visavis -n '__fish_seen_subcommand_from eval' -l root -x -a '(__fish_complete_directories)' -d 'where the names of photos start from'
complete -c visavis -n '__fish_seen_subcommand_from eval' -l far -x -d 'wanted share of false accepts'
complete -c visavis -n '__fish_seen_subcommand_from eval' -l missing -x -a 'wrong skip' -d 'pairs that cannot be compared'
complete -c visavis -n '__fish_seen_subcommand_from eval' -l score-floor -x -d 'let through what is less sure'
complete -c visavis -n "$writes" -l sheet -r -d 'write one picture with tagged frames'
complete -c visavis -n "$writes" -l draw -x -a 'box label landmarks score box,label box,label,landmarks,score' -d 'what to draw'
complete -c visavis -n "$writes" -l codec -x -d 'video encoder'
complete -c visavis -n "$writes" -l preset -x -a 'ultrafast superfast veryfast faster fast medium slow slower veryslow' -d 'preset of the encoder'
complete -c visavis -n "$writes" -l crf -x -d 'quality, less is better'
complete -c visavis -n "$writes" -l copy-only -d 'fail rather than convert sound or subtitles'
