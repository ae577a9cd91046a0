# Declarations in headers: a function stands in a block (no blank line inside) that begins with a comment, or has one behind
# it. What every module has (_new, _init, _free) may go without.

FNR == 1 {
    strip_reset()
    depth = 0
    has_comment = 0
    text = ""
}

function judge(    name) {
    if (text ~ /^[ ]*(typedef|_Static_assert)/ || text !~ /\(/)
        return
    name = text
    gsub(/__attribute__.*/, "", name)
    sub(/[ ]*\(.*/, "", name)
    sub(/.*[^A-Za-z0-9_]/, "", name)
    if (name ~ /_(new|free|init)$/ || name ~ /^[A-Z0-9_]+$/)
        return
    printf "functions in headers have a comment\t%s:%d: %s\n", FILENAME, start, name
}

{
    if ($0 ~ /^[ \t]*$/)
        has_comment = 0
    code = strip($0)
    if ($0 ~ /\/\*|\/\/|\*\//)
        has_comment = 1
    if (depth == 0 && code != "") {
        if (text == "")
            start = FNR
        text = text " " code
    }
    inside = depth
    opened = gsub(/\{/, "{", code)
    depth += opened - gsub(/\}/, "}", code)
    if (depth != 0 || code !~ /[;}]$/)
        next
    sub(/^[ ]+/, "", text)
    if (!has_comment && inside == 0)
        judge()
    text = ""
}
