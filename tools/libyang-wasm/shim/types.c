/*
 * Derived types that libyang stores in a form of their own, so that `2001:DB8::1` and `2001:db8::1` are
 * one value (RFC 7950 section 9.1: the canonical form decides): it knows them for revision 2013-07-15 of
 * ietf-inet-types and ietf-yang-types only, and would treat those of a newer revision as plain strings.
 * Here the same code is registered for whatever revision a context has.
 *
 * date-and-time is left out: revision 2025-12-22 gives `Z` another meaning than `+00:00`, and libyang's
 * code makes one of the other. Such values stay as they were written.
 */
#include <stddef.h>

#include "libyang.h"
#include "plugins_types.h"

#define EXPORT __attribute__((visibility("default")))
#define RECORDS_MOST 32

extern const struct lyplg_type_record plugins_ipv4_address[];
extern const struct lyplg_type_record plugins_ipv4_address_no_zone[];
extern const struct lyplg_type_record plugins_ipv4_prefix[];
extern const struct lyplg_type_record plugins_ipv6_address[];
extern const struct lyplg_type_record plugins_ipv6_address_no_zone[];
extern const struct lyplg_type_record plugins_ipv6_prefix[];
extern const struct lyplg_type_record plugins_hex_string[];
extern const struct lyplg_type_record plugins_xpath10[];

static const struct lyplg_type_record *const known[] = {
    plugins_ipv4_address, plugins_ipv4_address_no_zone, plugins_ipv4_prefix,
    plugins_ipv6_address, plugins_ipv6_address_no_zone, plugins_ipv6_prefix,
    plugins_hex_string, plugins_xpath10,
};

/* Copies without a revision, which means any; the last has no name. Contexts keep pointers to them. */
static struct lyplg_type_record any_revision[RECORDS_MOST + 1];

static void
fill_records(void)
{
    size_t count = 0;

    for (size_t i = 0; i < sizeof known / sizeof *known; ++i) {
        for (const struct lyplg_type_record *record = known[i]; record->name && (count < RECORDS_MOST); ++record) {
            any_revision[count] = *record;
            any_revision[count].revision = NULL;
            ++count;
        }
    }
}

/* To be called for a context before modules are put into it. */
EXPORT LY_ERR
yw_use_types(struct ly_ctx *ctx)
{
    if (!any_revision[0].name) {
        fill_records();
    }
    return lyplg_add_type_plugin(ctx, LYPLG_TYPE_API_VERSION, any_revision);
}
