# Shared by the other scripts: C without comments, text in quotes and preprocessor lines, line by line.
# strip_reset() at the first line of a file, then strip(line) for each.

function strip_reset() {
    in_comment = 0
    in_directive = 0
}

function strip_comment_end(text,    at) {
    at = index(text, "*/")
    if (at == 0)
        return ""
    in_comment = 0
    return substr(text, at + 2)
}

# Behind the text or character constant that `text` begins with.
function strip_quoted(text,    quote, at, sign) {
    quote = substr(text, 1, 1)
    for (at = 2; at <= length(text); at++) {
        sign = substr(text, at, 1)
        if (sign == "\\")
            at++
        else if (sign == quote)
            return substr(text, at + 1)
    }
    return ""
}

function strip_code(text,    out, sign) {
    out = ""
    while (text != "") {
        if (in_comment) {
            text = strip_comment_end(text)
            continue
        }
        if (!match(text, /["']|\/\*|\/\//))
            return out text
        out = out substr(text, 1, RSTART - 1)
        sign = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART)
        if (sign == "//")
            return out
        if (sign == "/*") {
            in_comment = 1
            text = substr(text, 3)
        } else {
            text = strip_quoted(text)
            out = out "\"\""
        }
    }
    return out
}

function strip(line,    code, is_directive) {
    code = strip_code(line)
    is_directive = in_directive || code ~ /^[ \t]*#/
    in_directive = is_directive && line ~ /\\$/
    sub(/[ \t]+$/, "", code)
    return is_directive ? "" : code
}
