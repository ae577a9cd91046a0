# Reads RULES (rules.txt), then every #include of the files given. Paths are taken below daemon/, or as they stand.

function say(name, what) {
    printf "%s\t%s:%d: %s\n", name, FILENAME, FNR, what
}

# "adapter/*_line*" as a regular expression in which * stops at no slash but that of the pattern's own folder.
function pattern(glob) {
    gsub(/\./, "[.]", glob)
    gsub(/\*/, "[^/]*", glob)
    return "^" glob "$"
}

function read_rules(    line, word, count, i) {
    while ((getline line < RULES) > 0) {
        if (line ~ /^#/ || line ~ /^[ \t]*$/)
            continue
        count = split(line, word)
        if (word[1] == "include") {
            who[++whos] = pattern(word[2])
            for (i = 3; i <= count; i++)
                may[whos, word[i]] = 1
        } else if (word[1] == "pure" || word[1] == "impure") {
            pure_files[++pures] = pattern(word[2])
            pure_kind[pures] = word[1]
        } else if (word[1] == "plain") {
            for (i = 2; i <= count; i++)
                plain[word[i]] = 1
        } else if (word[1] == "home") {
            library[++libraries] = pattern(word[2])
            for (i = 3; i <= count; i++)
                homes[libraries, i - 2] = pattern(word[i])
            home_count[libraries] = count - 2
        }
    }
    if (whos == 0 || libraries == 0)
        say("edges of the house", "no rules in " RULES)
}

BEGIN { read_rules() }

FNR == 1 {
    me = FILENAME
    sub(/^.*daemon\//, "", me)
    sub(/^.*tests\//, "tests/", me)
    rule = 0
    for (i = 1; i <= whos; i++) {
        if (me ~ who[i])
            rule = i
    }
    if (rule == 0 && me !~ /^tests\/(unit|fuzz|bench|life|system)\//)
        say("edges of the house", "no rule for this folder")
    is_pure = 0
    for (i = 1; i <= pures; i++) {
        if (me ~ pure_files[i])
            is_pure = pure_kind[i] == "pure"
    }
}

function judge_own(header,    folder) {
    folder = header
    if (folder !~ /\//)
        folder = "."
    else
        sub(/\/[^\/]*$/, "", folder)
    if (rule > 0 && folder != "util/core" && !((rule, folder) in may) && !((rule, header) in may))
        say("edges of the house", "may not include " header)
    if (is_pure && folder == "util")
        say("pure files stay pure", "includes " header)
}

function judge_library(header,    i, j) {
    for (i = 1; i <= libraries; i++) {
        if (header !~ library[i] || me ~ /^tests\//)
            continue
        for (j = 1; j <= home_count[i]; j++) {
            if (me ~ homes[i, j])
                return
        }
        say("libraries have one home", "may not include " header)
    }
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    judge_own(part[2])
}

/^[ \t]*#[ \t]*include[ \t]*</ {
    header = $0
    sub(/.*</, "", header)
    sub(/>.*/, "", header)
    judge_library(header)
    if (is_pure && !(header in plain))
        say("pure files stay pure", "includes " header)
}
