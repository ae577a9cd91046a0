# Counts the results of one suite: cmocka's lines and our own `ok`, `not ok`, `skip` lines.
/^\[       OK \]/ || /^ok / { passed++ }
/^\[  FAILED  \] [^0-9]/ && !seen[$NF]++ { failed++; print "    " $0 > "/dev/stderr" }
/^not ok / { failed++; print "    " $0 > "/dev/stderr" }
/^\[  SKIPPED \] [^0-9]/ && !skip_seen[$NF]++ { skipped++; print "    skipped " $NF > "/dev/stderr" }
/^skip / { skipped++; print "    " $0 > "/dev/stderr" }
END { print passed + 0, failed + 0, skipped + 0 }
