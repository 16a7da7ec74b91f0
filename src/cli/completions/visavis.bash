# SPDX-License-Identifier: MIT
# Completion of the visavis command for bash.

# Complete the value of the option $1; fail where it takes none.
_visavis_value() {
    case $1 in
    --people | --models | --report | --root | --photos)
        mapfile -t COMPREPLY < <(compgen -d -- "$2")
        compopt -o filenames
        ;;
    -o | --output | --plot | --sheet | --stats | --record | --events | --truth)
        mapfile -t COMPREPLY < <(compgen -f -- "$2")
        compopt -o filenames
        ;;
    --model)
        mapfile -t COMPREPLY < <(compgen -W "mobilefacenet dlib facenet openface" -f -- "$2")
        ;;
    --draw)
        mapfile -t COMPREPLY < <(compgen -W "box label landmarks score" -P "${2%"${2##*,}"}" -- "${2##*,}")
        compopt -o nospace
        ;;
    --preset)
        mapfile -t COMPREPLY < <(compgen -W "ultrafast superfast veryfast faster fast medium slow slower veryslow" -- "$2")
        ;;
    --rotate) mapfile -t COMPREPLY < <(compgen -W "auto none" -- "$2") ;;
    --on-event) mapfile -t COMPREPLY < <(compgen -c -- "$2") ;;
    --missing) mapfile -t COMPREPLY < <(compgen -W "wrong skip" -- "$2") ;;
    --detector) mapfile -t COMPREPLY < <(compgen -W "mtcnn haar both" -- "$2") ;;
    --far | --score-floor | --photos-each | --size | --margin | --every | --lookahead | --min-face | --threshold | --candidates | --codec | --crf | --threads) ;;
    *) return 1 ;;
    esac
}

_visavis() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local common="--quiet --verbose --help"
    local finding="--json --recursive --min-face --rotate --every --threads --models --stats $common"
    local writing="--output --draw --sheet --codec --preset --crf --copy-only"
    local command=${COMP_WORDS[1]} options=
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "detect encode verify recognize live gallery eval align cache model help --help --version" -- "$current")
        return
    fi
    _visavis_value "$previous" "$current" && return
    case $command in
    help)
        mapfile -t COMPREPLY < <(compgen -W "detect encode verify recognize live gallery eval align cache model" -- "$current")
        return
        ;;
    gallery | eval | cache | model)
        if ((COMP_CWORD == 2)); then
            local verbs="list info convert card run"
            [[ $command == gallery ]] && verbs="list"
            [[ $command == eval ]] && verbs="pairs identify detect video"
            [[ $command == cache ]] && verbs="clear"
            mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$current")
            return
        fi
        ;;
    esac
    case $command in
    detect) options="$finding $writing --detector --cascade --truth" ;;
    encode) options="$finding --model" ;;
    verify) options="--json --model --min-face --rotate --threshold --threads --models $common" ;;
    recognize) options="$finding $writing --people --model --threshold --strict --normal --lenient --explain --lookahead --candidates --allow-twice --report" ;;
    live) options="--people --headless --record --on-event --events --photos --wait --json --stats --every --draw --model --min-face --threshold --strict --normal --lenient --candidates --allow-twice --threads --models $common" ;;
    gallery) options="--people --json --model --min-face --threads --models $common" ;;
    eval)
        options="--root --plot --json --min-face --threads --models $common"
        case ${COMP_WORDS[2]} in
        pairs) options+=" --model --threshold --far --missing" ;;
        video) options="--people --photos-each --json --model --min-face --threshold --strict --normal --lenient --allow-twice --every --lookahead --threads --models $common" ;;
        identify) options="--people --photos-each --report --json --model --min-face --threshold --strict --normal --lenient --allow-twice --threads --models $common" ;;
        detect) options+=" --detector --cascade --score-floor" ;;
        esac
        ;;
    align) options="--output --size --margin --largest --json --recursive --model --min-face --rotate --threads --models $common" ;;
    calibrate) options="--people --far --json --model --min-face --threads --models $common" ;;
    cache) options=$common ;;
    model)
        case ${COMP_WORDS[2]} in
        list | info) options="--json --models $common" ;;
        convert) options="--output $common" ;;
        card) options="--output --json --models $common" ;;
        run) options="--output --models --threads $common" ;;
        esac
        ;;
    esac
    if [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames
    fi
}

complete -F _visavis visavis
