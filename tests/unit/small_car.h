/* A vehicle definition for tests of what stands around the decoder. */
#ifndef UNIT_SMALL_CAR_H
#define UNIT_SMALL_CAR_H

/* A small car: one protected frame, one with words, answers of every kind. */
static const char small_car[] =
    "format = 1; name = \"a test\";\n"
    "generations = ( { id = \"A\"; broadcasts = true; kwh_per_ah = 0.355; wh_per_gid = 80.0; } );\n"
    "ranking = ( { signal = \"soc\"; sources = ( \"55B\", \"79B 2101\" ); } );\n"
    "frames = (\n"
    "  { id = \"55B\"; check = \"crc85\";\n"
    "    fields = ( { signal = \"soc\"; at = [0, 7]; bits = 10; scale = 0.1; na = [0x3FF]; } ); },\n"
    "  { id = \"421\"; fields = ( { signal = \"gear\"; at = [0, 7]; bits = 5;\n"
    "                               map = ( (1, \"p\"), (2, \"r\"), (4, \"d\") ); } ); },\n"
    "  { id = \"60D\"; fields = ( { signal = \"trunk\"; at = [0, 7]; bits = 1; } ); }\n"
    ");\n"
    "requests = (\n"
    "  { to = \"79B\"; from = \"7BB\"; ask = \"2101\"; length = [10];\n"
    "    fields = ( { signal = \"soc\"; at = [2, 7]; bits = 16; scale = 0.01; } ); },\n"
    "  { to = \"79B\"; from = \"7BB\"; ask = \"2102\"; length = [8];\n"
    "    fields = ( { signal = \"cells\"; at = [2, 7]; bits = 16; count = 3; scale = 0.001; na_from = 5000; "
    "} ); },\n"
    "  { to = \"797\"; from = \"79A\"; ask = \"221103\";\n"
    "    fields = ( { signal = \"aux_voltage\"; at = [3, 7]; bits = 8; scale = 0.08; } ); },\n"
    "  { to = \"797\"; from = \"79A\"; ask = \"2181\"; length = [19];\n"
    "    fields = ( { text = \"vin\"; at = [2, 7]; bits = 8; count = 17; } ); },\n"
    "  { to = \"743\"; from = \"763\"; ask = \"2101\"; length = [130]; enough = 12;\n"
    "    fields = ( { raw = \"trip\"; unit = \"km\"; at = [9, 7]; bits = 24; } ); }\n"
    ");\n";

#endif
