/* Pieces of definitions for the tests that write their own. */
#ifndef DEFINITION_TEXT_H
#define DEFINITION_TEXT_H

/* Two lines that stand before what a test is about. */
#define HEAD "format = 1;\ngenerations = ( { id = \"A\"; }, { id = \"B\"; broadcasts = false; } );\n"

#define FRAME(fields) "frames = ( { id = \"123\";\n fields = ( " fields " ); } );\n"
#define SOC           "signal = \"soc\"; at = [0, 7]; "
#define REQUEST(keys) "requests = ( { to = \"79B\"; from = \"7BB\"; " keys " } );\n"

#endif
