/* What an ELM327 may say instead of a frame: one table from text to enum to recovery and words. Pure. */
#ifndef ADAPTER_ELM327_TEXT_H
#define ADAPTER_ELM327_TEXT_H

enum elm327_text {
    ELM327_TEXT_OTHER, /* none of those below: an identity, a voltage, or garbage */
    ELM327_TEXT_OK,
    ELM327_TEXT_NOT_UNDERSTOOD,
    ELM327_TEXT_SEARCHING,
    ELM327_TEXT_NO_DATA,
    ELM327_TEXT_STOPPED,
    ELM327_TEXT_BUS_BUSY,
    ELM327_TEXT_BUS_ERROR,
    ELM327_TEXT_BUS_INIT,
    ELM327_TEXT_CAN_ERROR,
    ELM327_TEXT_DATA_ERROR,
    ELM327_TEXT_RX_ERROR,
    ELM327_TEXT_FB_ERROR,
    ELM327_TEXT_RX_OVERFLOW,
    ELM327_TEXT_UNABLE_TO_CONNECT,
    ELM327_TEXT_NOT_CONNECTED,
    ELM327_TEXT_FC_RX_TIMEOUT,
    ELM327_TEXT_BUFFER_FULL,
    ELM327_TEXT_OUT_OF_MEMORY,
    ELM327_TEXT_LV_RESET,
    ELM327_TEXT_ACT_ALERT,
    ELM327_TEXT_LP_ALERT,
    ELM327_TEXT_ERR,
    ELM327_TEXT_BANNER,
    ELM327_TEXT_COUNT
};

/* What the dialogue does about it. */
enum elm327_recovery {
    ELM327_RECOVERY_NONE,        /* goes on: the prompt follows */
    ELM327_RECOVERY_NO_ANSWER,   /* the question stays without an answer */
    ELM327_RECOVERY_BUS_TROUBLE, /* the same, and it is counted as trouble on the bus */
    ELM327_RECOVERY_HEAR_LESS,   /* listens again through a narrower filter */
    ELM327_RECOVERY_START_AGAIN, /* the settings are lost or in doubt: the whole start-up again */
};

/* Finds the text a line is or contains; blanks around it and upper or lower case make no difference. */
enum elm327_text elm327_text_find(const char *line);

/* What the dialogue has to do about it. */
enum elm327_recovery elm327_text_recovery(enum elm327_text text);

/* Words for the owner, to be put after "the adapter ". */
const char *elm327_text_words(enum elm327_text text);

#endif
