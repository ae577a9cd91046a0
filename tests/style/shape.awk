# Sizes and shape of C files: functions of at most 70 lines, control statements at most 3 deep, files below 500 lines, a
# comment at the top, no variable that outlives its function unless it is const. Relies on .clang-format: a function's
# braces stand alone in the first column, a control statement begins its line. Reads the exceptions from RULES.

BEGIN {
    while ((getline line < RULES) > 0) {
        split(line, word)
        if (word[1] == "static")
            allowed[word[2] " " word[3]] = 1
    }
}

function say(name, at, what) {
    printf "%s\t%s:%d: %s\n", name, file, at, what
}

function end_file() {
    if (file != "" && lines >= 500)
        say("files have less than 500 lines", lines, lines " lines")
}

FNR == 1 {
    end_file()
    file = FILENAME
    strip_reset()
    depth = in_function = started = 0
    head = ""
    judged = 0
    if ($0 !~ /^\/\*/)
        say("files open with a comment", 1, "no comment")
}

# "static const char *const names[]": is the thing itself const, not only what it points to?
function is_const(text) {
    gsub(/\[[^]]*\]/, "", text)
    if (text ~ /\*/)
        sub(/.*\*/, "", text)
    return (" " text " ") ~ /[^A-Za-z0-9_]const[^A-Za-z0-9_]/
}

function last_name(text) {
    gsub(/\[[^]]*\]/, "", text)
    sub(/[ \t]+$/, "", text)
    sub(/.*[^A-Za-z0-9_]/, "", text)
    return text
}

function judge_variable(text, at,    short) {
    if (file ~ /tests\/(unit|fuzz|bench)\// || (file ~ /\.h$/ && text !~ /static/))
        return
    short = file
    sub(/^.*daemon\//, "", short)
    if (!is_const(text) && !((short " " last_name(text)) in allowed))
        say("nothing mutable is static", at, last_name(text))
}

# What stands at the top level up to the first of { ; =, with that sign behind it.
function judge_top(text, sign, at) {
    sub(/^[ \t]+/, "", text)
    sub(/[ \t]+$/, "", text)
    if (text ~ /^typedef (struct|enum|union)/ && sign != ";" || text ~ /^typedef (struct|enum|union) [A-Za-z0-9_]+ \*?[A-Za-z0-9_]+$/)
        say("structs and enums have no typedef", at, text)
    if (text == "" || text ~ /^(typedef|extern|_Static_assert)/)
        return
    if (text ~ /\(/) {
        if (sign == "=" && text ~ /\(\*/ && text !~ /\(\*[ ]*const/)
            say("nothing mutable is static", at, text)
        return
    }
    if (sign != "=" && text ~ /^(struct|union|enum)( [A-Za-z0-9_]+)?$/)
        return
    judge_variable(text, at)
}

function take_top(code,    at) {
    if (code == "") {
        started = 0
        return
    }
    if (!started)
        started = FNR
    if (judged)
        return
    head = head " " code
    at = match(head, /[{;=]/)
    if (at > 0) {
        judge_top(substr(head, 1, at - 1), substr(head, at, 1), FNR)
        judged = 1
    }
}

function end_top() {
    head = ""
    judged = 0
    started = 0
}

function name_of(text) {
    sub(/\(.*/, "", text)
    return last_name(text)
}

function take_body(code,    text, level) {
    if (code ~ /^[ ]+(static|_Thread_local)[ ]/) {
        text = code
        sub(/[{;=].*/, "", text)
        if (text !~ /\(/)
            judge_variable(text, FNR)
    }
    if (code ~ /^[ ]+(if|for|while|switch|do|else)([^A-Za-z0-9_]|$)/) {
        match(code, /[^ ]/)
        level = int((RSTART - 1) / 4)
        if (level > 3)
            say("control statements are at most 3 deep", FNR, level " deep in " function_name)
    }
}

{
    lines = FNR
    code = strip($0)
    if (depth == 0 && code == "{" && head ~ /\(/) {
        in_function = 1
        function_name = name_of(head)
        function_start = started
    } else if (depth == 0) {
        take_top(code)
    } else if (in_function) {
        take_body(code)
    }
    opened = gsub(/\{/, "{", code)
    closed = gsub(/\}/, "}", code)
    depth += opened - closed
    if (depth == 0 && in_function) {
        if (FNR - function_start + 1 > 70)
            say("functions have at most 70 lines", function_start, function_name " has " (FNR - function_start + 1))
        in_function = 0
        end_top()
    } else if (depth == 0 && code ~ /[;})]$/ && (judged || code ~ /;$/)) {
        end_top()
    }
}

END { end_file() }
