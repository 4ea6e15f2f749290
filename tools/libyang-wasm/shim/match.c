/*
 * Matching of YANG patterns in bounded time.
 *
 * pcre2_match() backtracks: a value chosen for the purpose, such as many `a` against `(a+)+b`, keeps it
 * busy for seconds, and whoever may send a configuration may send that. PCRE2's other matcher,
 * pcre2_dfa_match(), follows all alternatives at once. It knows no back references and no captures; the
 * regular expressions of YANG (RFC 7950 section 9.4.5: XML Schema) have neither. So this file defines
 * pcre2_match() on top of it, and PCRE2's own is left out of the module. bounded-matching.mjs has the
 * rest of what bounds the time.
 */
#include <stdint.h>
#include <stdlib.h>

#include <pcre2.h>

/* Steps after which a match is given up, with PCRE2_ERROR_MATCHLIMIT: about 0.2 s. */
#define STEPS_MOST 100000000u

/* Groups inside one another that need recursion: assertions and the like, none in XML Schema. */
#define DEPTH_MOST 200u

/* KiB on the heap for that recursion. */
#define HEAP_MOST 65536u

/* Integers of working space: three for every alternative that is followed at the same time. */
#define WORKSPACE_FIRST 4096u
#define WORKSPACE_MOST (4u * 1024 * 1024)

static pcre2_match_context *
bounds(void)
{
    static pcre2_match_context *context;

    if (!context && (context = pcre2_match_context_create(NULL))) {
        pcre2_set_match_limit(context, STEPS_MOST);
        pcre2_set_depth_limit(context, DEPTH_MOST);
        pcre2_set_heap_limit(context, HEAP_MOST);
    }
    return context;
}

/*
 * As pcre2_match(), for callers that only ask whether the subject matches: a negative result is a PCRE2
 * error (PCRE2_ERROR_NOMATCH: does not match), any other says that it matches. The bounds above hold,
 * those of a context that the caller brings do not.
 */
int
pcre2_match(const pcre2_code *code, PCRE2_SPTR subject, PCRE2_SIZE length, PCRE2_SIZE start, uint32_t options,
        pcre2_match_data *data, pcre2_match_context *unused)
{
    static int first[WORKSPACE_FIRST];
    pcre2_match_context *context = bounds();
    int *workspace = first;
    size_t size = WORKSPACE_FIRST;
    int rc;

    (void)unused;
    if (!context) {
        return PCRE2_ERROR_NOMEMORY;
    }
    for (;;) {
        rc = pcre2_dfa_match(code, subject, length, start, options, data, context, workspace, size);
        if (workspace != first) {
            free(workspace);
        }
        if ((rc != PCRE2_ERROR_DFA_WSSIZE) || (size >= WORKSPACE_MOST)) {
            break;
        }
        size *= 4;
        workspace = malloc(size * sizeof *workspace);
        if (!workspace) {
            return PCRE2_ERROR_NOMEMORY;
        }
    }

    /* The first pair is the longest match. The matcher's own check for PCRE2_ENDANCHORED looks at where it
     * stopped reading instead: it takes `abc` for a match of `.*b`. */
    if ((rc >= 0) && (options & PCRE2_ENDANCHORED) && (pcre2_get_ovector_pointer(data)[1] != length)) {
        return PCRE2_ERROR_NOMATCH;
    }

    /* 0: matches in several ways, more than there is room for in the match data */
    return rc == 0 ? 1 : rc;
}
