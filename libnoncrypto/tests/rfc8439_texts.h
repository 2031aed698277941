/*
 * The plaintexts of the appendices of RFC 8439 and of draft-irtf-cfrg-xchacha-03.
 */
#ifndef NONCRYPTO_TESTS_RFC8439_TEXTS_H
#define NONCRYPTO_TESTS_RFC8439_TEXTS_H

#define RFC8439_IETF                                                                               \
    "Any submission to the IETF intended by the Contributor for publication as all or part of an " \
    "IETF "                                                                                        \
    "Internet-Draft or RFC and any statement made within the context of an IETF activity is "      \
    "considered an \"IETF Contribution\". Such statements include oral statements in IETF "        \
    "sessions, as "                                                                                \
    "well as written and electronic communications made at any time or place, which are "          \
    "addressed to"
#define RFC8439_JABBERWOCKY                                                                      \
    "'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\nAll mimsy were the " \
    "borogoves,\nAnd the mome raths outgrabe."
#define RFC8439_SUNSCREEN                                                                          \
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, " \
    "sunscreen would be it."
#define XCHACHA_DHOLE                                                                              \
    "The dhole (pronounced \"dole\") is also known as the Asiatic wild dog, red dog, and "         \
    "whistling "                                                                                   \
    "dog. It is about the size of a German shepherd but looks more like a long-legged fox. This "  \
    "highly elusive and skilled jumper is classified with wolves, coyotes, jackals, and foxes in " \
    "the taxonomic family Canidae."

#endif
