/* The compiled week of sim/population, line by line in C: same blocks, same loops, same order of operations.

   It works on copies of the very same arrays and must leave the same bits, in the state and in the tally; that is
   what makes it a fair limit for the speed of the pass. It is no part of the product: benchmarks/engine.py builds
   it where there is a compiler. Sizes, row offsets, tally columns and the structs come from the Python sources by
   way of the generated names.h, so that a change there is a change here.

   What the benchmark world has none of is left out: a network, outreach, prospects, personal service, variety,
   complaints, contracts, breaking with a firm. native.py refuses a week that asks for it. Loops that the pass runs
   over everybody with such a mechanism off are here, too. */
#include <math.h>
#include <stdint.h>
#include "names.h"

/* Rows of the scratch never overlap, so no lane waits for another. */
#if defined(__clang__)
#define EACH(j, n) _Pragma("clang loop vectorize(assume_safety)") for (int32_t j = 0; j < (n); j++)
#else
#define EACH(j, n) _Pragma("GCC ivdep") for (int32_t j = 0; j < (n); j++)
#endif
#define PART static inline __attribute__((always_inline))
#define WHOLE static __attribute__((noinline))

typedef BehaviourNumbers Rules;

/* Rows of a block; those of customers, and last_week, lie where they lie in the scratch. */
#define FIRM_ROW(kind, f) ((CUSTOMER_REALS + (kind) * FIRMS + (f)) * BLOCK)
#define PROGRAMME_STRIDE (PROGRAMME_WHOLES * BLOCK)
#define RULE(p, what) (terms->rule[(p) * RULES + RULE_##what])
#define PLAN(p, what) (terms->plan[(p) * PLANS + PLAN_##what])
/* The first reward of the menu; week.c knows no other. */
#define TAG(p, what) (terms->tags[(p) * MOST_REWARDS * TAGS + TAG_##what])
#define WORTH(p) (terms->menu[(p) * MOST_REWARDS * REWARD_COLUMNS + REWARD_WORTH])
/* Rows of the scratch that the Python pass has other uses for. */
#define U_JOIN LIFT
#define U_REDEEM U_GIFT
#define BALANCE SORTED
#define EARNED RETURNED
#define CARD_ROW(p) ((CUSTOMER_WHOLES + FIRMS + PROGRAMME_WHOLES * (p)) * BLOCK)

/* --- sim/arithmetic.py -------------------------------------------------------------------------------------- */

PART float as_float(int32_t bits) { union { int32_t i; float f; } u = {bits}; return u.f; }
PART int32_t as_bits(float value) { union { float f; int32_t i; } u = {value}; return u.i; }

PART float expf32(float x) {
    x = x > -87.0f ? x : -87.0f;
    x = x < 88.0f ? x : 88.0f;
    float n = floorf(x * 1.44269504f + 0.5f);
    float r = x - n * 0.693359375f - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return (p * r * r + r + 1.0f) * as_float(((int32_t)n + 127) << 23);
}

PART float logf32(float x) {
    int32_t bits = as_bits(x);
    float e = (float)((bits >> 23) - 126);
    float m = as_float((bits & 0x007FFFFF) | 0x3F000000);
    int small = m < 0.707106781186547524f;
    e = small ? e - 1.0f : e;
    m = small ? m + m - 1.0f : m - 1.0f;
    float z = m * m;
    float y = 7.0376836292e-2f;
    y = y * m + -1.1514610310e-1f;
    y = y * m + 1.1676998740e-1f;
    y = y * m + -1.2420140846e-1f;
    y = y * m + 1.4249322787e-1f;
    y = y * m + -1.6668057665e-1f;
    y = y * m + 2.0000714765e-1f;
    y = y * m + -2.4999993993e-1f;
    y = y * m + 3.3333331174e-1f;
    y = y * m * z;
    y = y + -2.12194440e-4f * e - 0.5f * z;
    return m + y + 0.693359375f * e;
}

PART float normal_quantile(float u) {
    float q = u - 0.5f;
    float size = q >= 0.0f ? q : -q;
    float r = 0.180625f - q * q;
    float middle = q * (((59.109374720f * r + 159.29113202f) * r + 50.434271938f) * r + 3.3871327179f)
                 / (((67.187563600f * r + 78.757757664f) * r + 17.895169469f) * r + 1.0f);
    float side = q < 0.0f ? u : 1.0f - u;
    float t = sqrtf(-logf32(side)) - 1.6f;
    float tail = (((0.17023821103f * t + 1.3067284816f) * t + 2.7568153900f) * t + 1.4234372777f)
               / ((0.12021132975f * t + 0.73700164250f) * t + 1.0f);
    tail = q < 0.0f ? -tail : tail;
    return size <= 0.425f ? middle : tail;
}

/* --- sim/draws.py ------------------------------------------------------------------------------------------- */

typedef struct { uint32_t a, b, c, d; } Words;

PART Words philox(uint32_t customer, uint32_t week, uint32_t stream, uint32_t k, uint32_t seed, uint32_t replicate) {
    uint32_t c0 = customer, c1 = week, c2 = stream, c3 = k, k0 = seed, k1 = replicate;
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)c0 * 0xD2511F53u, p1 = (uint64_t)c2 * 0xCD9E8D57u;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return (Words){c0, c1, c2, c3};
}

PART float unit(uint32_t word) { return ((float)(int32_t)(word >> 9) + 0.5f) * 0x1p-23f; }

PART int32_t poisson_part(float u, float mean) {
    int32_t n = 0;
    float p = expf32(-mean), cumulative = p;
    while (u >= cumulative && (p > 1e-12f || (float)n < mean)) {
        n++;
        p = p * mean / (float)n;
        cumulative = cumulative + p;
    }
    return n;
}

PART int32_t poisson(float u, float mean, uint32_t customer, uint32_t week, uint32_t stream, uint32_t seed,
                     uint32_t replicate) {
    int32_t parts = (int32_t)(mean / 12.0f) + 1;
    float share = mean / (float)parts;
    int32_t n = poisson_part(u, share);
    for (int32_t part = 1; part < parts; part++)
        n += poisson_part(unit(philox(customer, week, stream, (uint32_t)part, seed, replicate).a), share);
    return n;
}

WHOLE float log_gamma(float shape, uint32_t customer, uint32_t week, uint32_t stream, uint32_t trait, uint32_t seed,
                      uint32_t replicate) {
    float boosted = shape >= 1.0f ? shape : shape + 1.0f;
    float d = boosted - (float)(1.0 / 3.0);
    float c = 1.0f / sqrtf(9.0f * d);
    float value = logf32(d);
    for (uint32_t attempt = 0; attempt < 64; attempt++) {
        Words w = philox(customer, week, stream, trait * 64 + attempt, seed, replicate);
        float x = normal_quantile(unit(w.a));
        float root = 1.0f + c * x;
        if (root > 0.0f) {
            float v = root * root * root;
            if (logf32(unit(w.b)) < 0.5f * x * x + d - d * v + d * logf32(v)) {
                value = logf32(d) + logf32(v);
                if (shape < 1.0f) value = value + logf32(unit(w.c)) / shape;
                return value;
            }
        }
    }
    return value;
}

/* --- sim/rules ---------------------------------------------------------------------------------------------- */

PART int active(int32_t week, int32_t last, int32_t lapse_weeks) { return last >= week - lapse_weeks; }

PART float price_value(float paid, float reference, float sensitivity, const Rules *rules) {
    float d = (paid - reference) / reference;
    float felt = d > 0.0f ? rules->price.loss_aversion * d : d;
    return -rules->price.weight * sensitivity * felt;
}

PART float remembered(float count, float ago, const Rules *rules) {
    return count * expf32(-rules->memory.forgetting * ago);
}

PART float pace(float count, const Rules *rules) { return (count + 0.5f) * rules->memory.share_per_week; }

PART float reward_value(float worth, float distance, float pace, float progress, float sensitivity,
                        const Rules *rules) {
    float x = worth * rules->programme_value.perceived;
    float gap = rules->programme_value.impatience / pace;
    float ahead = x * expf32(-gap * (distance - 1.0f)) * (1.0f - expf32(-gap));
    float goal = rules->programme_value.gradient * progress * progress * x
               / (x + rules->programme_value.salience_half);
    return rules->programme_value.weight * (sensitivity * ahead + goal);
}

PART float purchases_to_go(float needed, float have, float step) {
    float missing = needed - have;
    return (missing > 0.0f ? missing : 0.0f) / step + 1.0f;
}

PART float progress_made(float needed, float have) {
    float share = have / needed;
    return share < 1.0f ? share : 1.0f;
}

PART float felt(float perceived, float expected, const Rules *rules) {
    float d = perceived - expected;
    float above = d - rules->satisfaction.zone_above, below = d + rules->satisfaction.zone;
    float gain = above > 0.0f ? above : 0.0f, loss = below < 0.0f ? below : 0.0f;
    return gain + rules->satisfaction.asymmetry * loss;
}

PART float next_satisfaction(float satisfaction, float felt_now, float experiences, const Rules *rules) {
    float weight = 1.0f / (experiences + 4.0f);
    weight = weight > rules->satisfaction.floor ? weight : rules->satisfaction.floor;
    return satisfaction
         + rules->satisfaction.on * weight * (rules->satisfaction.neutral + felt_now - satisfaction);
}

PART float shortfall(float perceived, float expected, const Rules *rules) {
    float missing = expected - rules->satisfaction.zone - perceived;
    return missing > 0.0f ? missing : 0.0f;
}

PART float equity_value(float e, const Rules *rules) {
    return rules->equity.weight * (e > 0.0f ? e : rules->equity.resentment * e);
}

PART float standard(float expected, float rivals, const Rules *rules) {
    return expected + rules->standard.weight * (rivals - expected);
}

PART float next_trust(float trust, float shortfall, const Rules *rules) {
    float size = shortfall / 50.0f;
    size = size < 1.0f ? size : 1.0f;
    float kept = trust + rules->trust.up * (1.0f - trust);
    float broken = trust - rules->trust.down * size * size * trust;
    return shortfall > 0.0f ? broken : kept;
}

PART float failure_size(float u, float rate, float core_share, const Rules *rules) {
    float core_rate = rate * core_share, share = rules->failure.major_share;
    int of_core = u < core_rate * share, other = u - core_rate < (rate - core_rate) * share;
    int major = u < core_rate ? of_core : other;
    return major ? rules->failure.major_size : rules->failure.minor_size;
}

PART float price_hazard(float paid, float reference, const Rules *rules) {
    float d = (paid - reference) / reference;
    return rules->defection.price * rules->price.loss_aversion * (d > 0.0f ? d : 0.0f);
}

PART float grievance_hazard(float grievance, int32_t kind, const Rules *rules) {
    float rate = kind == 1 ? rules->defection.encounter : rules->defection.response;
    rate = kind == 0 ? rules->defection.core : rate;
    return rate * grievance;
}

PART float above_zero(float x) { return x > 0.0f ? x : 0.0f; }

PART float intention(float satisfaction, float neutral, float attachment, float grievance, float value, float barrier) {
    float leaning = 3.0f + 0.05f * (satisfaction - neutral) + 0.5f * attachment - 0.16f * grievance + value + barrier;
    return 1.0f / (1.0f + expf32(-leaning));
}

PART int32_t mark_given(float satisfaction, float attachment, float z) {
    return (int32_t)floorf(satisfaction * 0.1f + attachment + 1.5f * z + 0.5f);
}

PART int64_t filling_lot(int64_t week, int64_t period) { return period > 0 ? week / period % LOTS : 0; }

/* --- sim/population/moments.py ------------------------------------------------------------------------------ */

PART int32_t has(int32_t bits, int32_t n) { return bits >> n & 1; }
PART int32_t bit(int32_t n) { return (int32_t)(1u << n); }
PART int32_t grieved_firm(int32_t grieved) { return grieved >= 0 ? grieved & 15 : -1; }
PART int32_t grieved_kind(int32_t grieved) { return grieved >> 4 & 3; }
PART int32_t has_complained(int32_t grieved) { return grieved >= 0 ? grieved >> 6 & 1 : 0; }
PART int32_t contract_firm(int32_t contract) { return contract >= 0 ? contract & 15 : -1; }
PART int has_alternative(int32_t knows, int32_t f, float taste_outside) {
    return ((knows & (bit(FIRMS) - 1) & ~bit(f)) != 0) | (taste_outside > -0.9e4f);
}
PART int32_t contract_until(int32_t contract) { return contract >= 0 ? contract >> 4 : -1; }

/* --- sim/population/traits.py ------------------------------------------------------------------------------- */

WHOLE float drawn_rate(uint32_t customer, uint32_t week, uint32_t stream, int64_t seg, const Segments *segments,
                       uint32_t seed, uint32_t replicate) {
    return segments->rate_scale[seg]
         * expf32(log_gamma(segments->rate_shape[seg], customer, week, stream, RATE_TRAIT, seed, replicate));
}

WHOLE float drawn_taste(float shape, uint32_t trait, uint32_t customer, uint32_t week, uint32_t stream, uint32_t seed,
                        uint32_t replicate) {
    return shape > 0.0f ? log_gamma(shape, customer, week, stream, trait, seed, replicate) : -1.0e4f;
}

WHOLE int32_t first_knowledge(uint32_t customer, uint32_t week, const Posted *posted, uint32_t seed,
                              uint32_t replicate) {
    int32_t knows = 0;
    for (int32_t f = 0; f < FIRMS; f++) {
        Words w = philox(customer, week, STREAM_BIRTH, (uint32_t)(KNOWS_TRAIT * 64 + f), seed, replicate);
        knows |= unit(w.a) < posted->awareness[f] ? bit(f) : 0;
        knows |= unit(w.b) < posted->opt_in[f] ? 0 : bit(16 + f);
    }
    return knows;
}

WHOLE void bear(float *reals, int32_t *wholes, int64_t j, uint32_t customer, int64_t week, int64_t seg,
                const Segments *segments, const Posted *posted, const Rules *rules, int64_t programmes, uint32_t seed,
                uint32_t replicate) {
    const int64_t firms = FIRMS;
    uint32_t name_week = (uint32_t)(week + 1);
    reals[RATE + j] = drawn_rate(customer, name_week, STREAM_BIRTH, seg, segments, seed, replicate);
    float scale = segments->hazard_scale[seg];
    reals[HAZARD + j] = scale > 0.0f ? scale * expf32(log_gamma(segments->hazard_shape[seg], customer, name_week,
                                                                STREAM_BIRTH, HAZARD_TRAIT, seed, replicate))
                                     : 0.0f;
    Words w = philox(customer, name_week, STREAM_BIRTH, NORMALS_TRAIT * 64, seed, replicate);
    float z0 = normal_quantile(unit(w.a)), z1 = normal_quantile(unit(w.b));
    reals[BASKET + j] = expf32(segments->basket_log_mean[seg] + segments->basket_sigma[seg] * z0);
    reals[SENSITIVITY + j] = expf32(segments->sensitivity_log_mean[seg] + segments->sensitivity_sigma[seg] * z1);
    reals[REFERENCE + j] = 1.0f;
    reals[TASTE_OUTSIDE + j] = drawn_taste(segments->outside_shape[seg], OUTSIDE_TRAIT, customer, name_week,
                                           STREAM_BIRTH, seed, replicate);
    reals[SATIATION + j] = 0.0f;
    reals[FATIGUE + j] = 0.0f;
    reals[GRIEVANCE + j] = 0.0f;
    for (int64_t f = 0; f < firms; f++) {
        reals[FIRM_ROW(KIND_TASTE, f) + j] = drawn_taste(segments->weight_shape[seg * firms + f],
                                                         (uint32_t)(TASTE_TRAIT + f), customer, name_week,
                                                         STREAM_BIRTH, seed, replicate);
        reals[FIRM_ROW(KIND_EXPECTATION, f) + j] = posted->quality[f];
        reals[FIRM_ROW(KIND_SATISFACTION, f) + j] = rules->satisfaction.neutral;
        reals[FIRM_ROW(KIND_ATTACHMENT, f) + j] = 0.0f;
        reals[FIRM_ROW(KIND_REMEMBERED, f) + j] = 0.0f;
        reals[FIRM_ROW(KIND_TRUST, f) + j] = rules->trust.start;
        reals[FIRM_ROW(KIND_EQUITY, f) + j] = 0.0f;
        wholes[LAST_WEEK + f * BLOCK + j] = NEVER;
    }
    wholes[ALIVE + j] = 1;
    wholes[ENTERED + j] = (int32_t)week;
    wholes[LAST_FIRM + j] = -1;
    wholes[COHORT + j] = 0;
    wholes[KNOWS + j] = first_knowledge(customer, name_week, posted, seed, replicate);
    wholes[TIES + j] = 0;
    wholes[HAPPENED + j] = HAS_LEFT_MARKET | HAS_ENTERED_MARKET;
    wholes[GRIEVED + j] = -1;
    wholes[CONTRACT + j] = -1;
    wholes[STORY + j] = CAME_NEWCOMER;
    for (int64_t p = 0; p < programmes; p++) {
        wholes[CARD_ROW(p) + j] = -1;
        for (int64_t r = 1; r < PROGRAMME_WHOLES; r++) wholes[CARD_ROW(p) + r * BLOCK + j] = 0;
    }
}

/* --- sim/population/life.py --------------------------------------------------------------------------------- */

WHOLE void expire_points(int32_t *wholes, int32_t size, int64_t programmes, const Terms *terms, int64_t seg,
                         int64_t week, int64_t *tally) {
    const int64_t firms = FIRMS;
    for (int64_t p = 0; p < programmes; p++) {
        int64_t period = RULE(p, LOT_WEEKS);
        if (period > 0 && week % period == 0) {
            int32_t *lot = wholes + CARD_ROW(p) + (2 + filling_lot(week, period)) * BLOCK;
            int64_t expired = 0;
            for (int32_t j = 0; j < size; j++) {
                expired += lot[j];
                lot[j] = 0;
            }
            tally[((seg * firms + terms->firm[p]) * 2 + 1) * TALLIES + POINTS_EXPIRED] += expired;
        }
    }
}

WHOLE void forfeit(int32_t *wholes, int64_t j, int64_t p, int64_t firm, int64_t seg, int64_t *tally) {
    const int64_t firms = FIRMS;
    int64_t first = CARD_ROW(p), t = ((seg * firms + firm) * 2 + 1) * TALLIES;
    for (int64_t r = 0; r < LOTS; r++) {
        tally[t + POINTS_FORFEITED] += wholes[first + (2 + r) * BLOCK + j];
        wholes[first + (2 + r) * BLOCK + j] = 0;
    }
    tally[t + STAMPS_FORFEITED] += wholes[first + BLOCK + j];
    wholes[first + BLOCK + j] = 0;
    wholes[first + j] = -1;
}

/* A week has gone by. */
WHOLE void rest(float *restrict reals, int32_t *restrict wholes, int32_t size, const Rules *rules) {
    float rested = rules->contact.keep, faded = rules->failure.keep;
    EACH(j, size) wholes[HAPPENED + j] = 0;
    EACH(j, size) reals[FATIGUE + j] = reals[FATIGUE + j] * rested;
    EACH(j, size) {
        float now = reals[GRIEVANCE + j] * faded;
        int32_t grieved = wholes[GRIEVED + j], keeps = (now >= 0.5f) | (has_complained(grieved) == 1);
        reals[GRIEVANCE + j] = keeps ? now : 0.0f;
        wholes[GRIEVED + j] = keeps ? grieved : -1;
    }
}

/* A customer goes for good: lapses at once where she was active, and loses what her memberships hold. */
WHOLE void depart(int32_t *wholes, int64_t j, int64_t seg, const Terms *terms, int64_t programmes,
                  const int32_t *programme_of, const Context *context, int64_t *tally) {
    const int64_t firms = FIRMS;
    for (int64_t f = 0; f < firms; f++)
        if (active((int32_t)context->week - 1, wholes[LAST_WEEK + f * BLOCK + j], (int32_t)context->lapse_weeks)) {
            int64_t p = programme_of[f];
            int64_t member = p >= 0 && wholes[CARD_ROW(p) + j] >= 0;
            int64_t *of = tally + ((seg * firms + f) * 2 + member) * TALLIES;
            of[LAPSED] += 1;
            if (has(wholes[KNOWS + j], (int32_t)f)) {
                of[LEFT_INVOLUNTARY] += 1;
                of[WITH_INVOLUNTARY] += 1;
            }
        }
    for (int64_t p = 0; p < programmes; p++) forfeit(wholes, j, p, terms->firm[p], seg, tally);
}

/* The place of a leaver stays empty. */
WHOLE void go(int32_t *wholes, int64_t j) {
    wholes[ALIVE + j] = 0;
    wholes[HAPPENED + j] = HAS_LEFT_MARKET;
    wholes[GRIEVED + j] = -1;
    wholes[CONTRACT + j] = -1;
    wholes[TIES + j] = 0;
    for (int64_t f = 0; f < FIRMS; f++) wholes[LAST_WEEK + f * BLOCK + j] = NEVER;
}

WHOLE void drift(float *reals, int64_t j, uint32_t customer, uint32_t week, int64_t seg, const Segments *segments,
                 const Rules *rules, float u, uint32_t seed, uint32_t replicate) {
    const int64_t firms = FIRMS;
    float share = u * (rules->drift.rate_chance + (float)(firms + 1) * rules->drift.taste_chance);
    if (share < rules->drift.rate_chance) {
        reals[j] = drawn_rate(customer, week, STREAM_DRIFT, seg, segments, seed, replicate);
        return;
    }
    int64_t which = (int64_t)((share - rules->drift.rate_chance) / rules->drift.taste_chance);
    if (which < firms)
        reals[FIRM_ROW(KIND_TASTE, which) + j] = drawn_taste(segments->weight_shape[seg * firms + which],
                                                             (uint32_t)(TASTE_TRAIT + which), customer, week,
                                                             STREAM_DRIFT, seed, replicate);
    else
        reals[TASTE_OUTSIDE + j] = drawn_taste(segments->outside_shape[seg], OUTSIDE_TRAIT, customer, week,
                                               STREAM_DRIFT, seed, replicate);
}

WHOLE void live(float *restrict s, int32_t *restrict w, float *restrict reals, int32_t *restrict wholes,
                int64_t customer0, int32_t size, int64_t seg, const Segments *segments, const Posted *posted,
                const Terms *terms, int64_t programmes, const int32_t *programme_of, const Rules *rules,
                const Context *context, int64_t *tally) {
    uint32_t seed = context->seed, replicate = context->replicate, week = (uint32_t)context->week;
    uint32_t first = (uint32_t)customer0;
    EACH(j, size) {
        Words d = philox(first + (uint32_t)j, week, STREAM_LIFE, 0, seed, replicate);
        s[U_LEAVE + j] = unit(d.a);
        s[U_DRIFT + j] = unit(d.b);
        s[U_WHICH + j] = unit(d.c);
        s[U_NEED + j] = unit(d.d);
    }
    float chance = rules->drift.rate_chance + (float)(FIRMS + 1) * rules->drift.taste_chance, on = rules->leaving.on;
    const float *hazard = reals + HAZARD;
    EACH(j, size) {
        int goes = (s[U_LEAVE + j] < on * (1.0f - expf32(-hazard[j]))) & (wholes[ALIVE + j] == 1);
        int drifts = s[U_DRIFT + j] < chance;
        w[FLAG + j] = goes ? 2 : (drifts ? 1 : 0);
    }
    for (int32_t j = 0; j < size; j++) {
        if (w[FLAG + j] == 0) continue;
        if (w[FLAG + j] == 2) {
            depart(wholes, j, seg, terms, programmes, programme_of, context, tally);
            if (context->leaver == 1)
                bear(reals, wholes, j, first + (uint32_t)j, context->week, seg, segments, posted, rules, programmes,
                     seed, replicate);
            else
                go(wholes, j);
        } else {
            drift(reals, j, first + (uint32_t)j, week, seg, segments, rules, s[U_WHICH + j], seed, replicate);
            wholes[HAPPENED + j] |= HAS_CHANGED_TASTE;
        }
    }
}

/* Nobody reaches out here: everybody considers every firm, and no complaint waits. */
WHOLE void be_told(int32_t *restrict w, int32_t size) {
    EACH(j, size) w[REMINDED + j] = 0;
}

WHOLE void most_first(int32_t *restrict w, int32_t buyers, int32_t most) {
    int32_t top = most < BLOCK - 1 ? most : BLOCK - 1;
    for (int32_t n = 0; n <= top; n++) w[START + n] = 0;
    for (int32_t i = 0; i < buyers; i++) w[START + (w[COUNT + i] < top ? w[COUNT + i] : top) - 1] += 1;
    for (int32_t n = top - 2; n >= 0; n--) w[START + n] += w[START + n + 1];
    for (int32_t i = 0; i < buyers; i++) {
        int32_t n = w[COUNT + i] < top ? w[COUNT + i] : top;
        int32_t at = w[START + n];
        w[START + n] = at + 1;
        w[ORDER + at] = w[SORTED + i];
        w[FLAG + at] = w[COUNT + i];
    }
    EACH(i, buyers) w[COUNT + i] = w[FLAG + i];
    if (most >= BLOCK)
        for (int32_t i = 1; i < buyers; i++)
            for (int32_t j = i; j > 0 && w[COUNT + j - 1] < w[COUNT + j]; j--) {
                int32_t count = w[COUNT + j], order = w[ORDER + j];
                w[COUNT + j] = w[COUNT + j - 1], w[COUNT + j - 1] = count;
                w[ORDER + j] = w[ORDER + j - 1], w[ORDER + j - 1] = order;
            }
}

WHOLE int32_t need(float *restrict s, int32_t *restrict w, const float *restrict reals,
                   const int32_t *restrict wholes, int64_t customer0, int32_t size, float pull, const Context *context) {
    EACH(j, size) {
        float mean = reals[RATE + j] * pull * (wholes[ALIVE + j] == 1 ? 1.0f : 0.0f);
        w[FLAG + j] = s[U_NEED + j] < expf32(-mean) ? 1 : 0;
    }
    int32_t buyers = 0, most = 0;
    for (int32_t j = 0; j < size; j++) {
        if (w[FLAG + j] != 0) continue;
        float mean = reals[RATE + j] * pull * (wholes[ALIVE + j] == 1 ? 1.0f : 0.0f);
        int32_t n = poisson(s[U_NEED + j], mean, (uint32_t)(customer0 + j), (uint32_t)context->week, STREAM_NEED,
                            context->seed, context->replicate);
        if (n > 0) {
            w[SORTED + buyers] = j;
            w[COUNT + buyers] = n;
            buyers++;
            most = n > most ? n : most;
        }
    }
    most_first(w, buyers, most);
    return buyers;
}

/* --- sim/population/week.py: the scratch -------------------------------------------------------------------- */

#define REAL_ROWS (CUSTOMER_REALS + FIRM_REALS * FIRMS)
#define SINGLE_WHOLES (CUSTOMER_WHOLES + FIRMS)

WHOLE void fetch(float *restrict s, int32_t *restrict w, const float *restrict reals, const int32_t *restrict wholes,
                 int32_t m, int64_t programmes, int64_t customer0) {
    for (int64_t r = 0; r < REAL_ROWS; r++) {
        const float *row = reals + r * BLOCK;
        int64_t kind = r - CUSTOMER_REALS;
        float *to = s + (kind < 0 ? r * BLOCK : FIRM_COLUMNS + kind / FIRMS * STRIDE + kind % FIRMS * BLOCK);
        EACH(i, m) to[i] = row[w[ORDER + i]];
    }
    for (int64_t r = 0; r < SINGLE_WHOLES + PROGRAMME_WHOLES * programmes; r++) {
        const int32_t *row = wholes + r * BLOCK;
        int32_t *to = w + (r < SINGLE_WHOLES ? r * BLOCK : MEMBERSHIP + (r - SINGLE_WHOLES) * BLOCK);
        EACH(i, m) to[i] = row[w[ORDER + i]];
    }
    EACH(i, m) {
        w[CUSTOMER + i] = (int32_t)customer0 + w[ORDER + i];
        w[MY_REMINDED + i] = w[REMINDED + w[ORDER + i]];
    }
}

WHOLE void store(const float *restrict s, const int32_t *restrict w, float *restrict reals, int32_t *restrict wholes,
                 int32_t m, int64_t programmes) {
    static const int64_t changing[] = {REFERENCE, SATIATION, GRIEVANCE};
    for (int c = 0; c < 3; c++) {
        float *row = reals + changing[c];
        const float *from = s + changing[c];
        EACH(i, m) row[w[ORDER + i]] = from[i];
    }
    for (int64_t r = CUSTOMER_REALS + KIND_EXPECTATION * FIRMS; r < REAL_ROWS; r++) {
        float *row = reals + r * BLOCK;
        int64_t kind = r - CUSTOMER_REALS;
        const float *from = s + FIRM_COLUMNS + kind / FIRMS * STRIDE + kind % FIRMS * BLOCK;
        EACH(i, m) row[w[ORDER + i]] = from[i];
    }
    EACH(i, m) wholes[LAST_FIRM + w[ORDER + i]] = w[LAST_FIRM + i];
    for (int64_t r = KNOWS / BLOCK; r < SINGLE_WHOLES + PROGRAMME_WHOLES * programmes; r++) {
        int32_t *row = wholes + r * BLOCK;
        const int32_t *from = w + (r < SINGLE_WHOLES ? r * BLOCK : MEMBERSHIP + (r - SINGLE_WHOLES) * BLOCK);
        EACH(i, m) row[w[ORDER + i]] = from[i];
    }
}

/* --- sim/population/purchase.py ----------------------------------------------------------------------------- */

WHOLE void draw(float *restrict s, const int32_t *restrict w, int32_t m, const Context *context, uint32_t k) {
    uint32_t week = (uint32_t)context->week, seed = context->seed, replicate = context->replicate;
    EACH(j, m) {
        Words d = philox((uint32_t)w[CUSTOMER + j], week, STREAM_PURCHASE, k, seed, replicate);
        s[U_CHOICE + j] = unit(d.a);
        s[U_FAILURE + j] = unit(d.b);
        s[Z_QUALITY + j] = unit(d.c);
        s[Z_BASKET + j] = unit(d.d);
    }
    EACH(j, m) {
        Words d = philox((uint32_t)w[CUSTOMER + j], week, STREAM_SERVICE, k, seed, replicate);
        s[U_GIFT + j] = unit(d.a);
        s[U_NOTICE + j] = unit(d.b);
        s[U_COMPLAIN + j] = unit(d.c);
        s[U_PART + j] = unit(d.d);
    }
    EACH(j, m) s[Z_QUALITY + j] = normal_quantile(s[Z_QUALITY + j]);
    EACH(j, m) s[Z_BASKET + j] = normal_quantile(s[Z_BASKET + j]);
}

WHOLE void see_prices(float *restrict s, const int32_t *restrict w, int32_t m, const Posted *posted,
                      const Terms *terms, int64_t programmes, const Rules *rules) {
    for (int64_t f = 0; f < FIRMS; f++) {
        float price = posted->price[f];
        EACH(j, m) s[PAID + f * BLOCK + j] = price;
    }
    for (int64_t p = 0; p < programmes; p++) {
        float discount = PLAN(p, DISCOUNT), on = rules->member_price.on;
        if (discount > 0.0f) {
            float *paid = s + PAID + terms->firm[p] * BLOCK;
            const int32_t *member = w + MEMBERSHIP + p * PROGRAMME_STRIDE;
            EACH(j, m) {
                float price = paid[j], lower = price * (1.0f - on * discount);
                paid[j] = member[j] >= 0 ? lower : price;
            }
        }
    }
}

WHOLE void weigh(float *restrict s, const int32_t *restrict w, int32_t m, const Posted *posted, const Terms *terms,
                 int64_t programmes, const Rules *given, int32_t week) {
    const Rules here = *given, *rules = &here;
    for (int32_t f = 0; f < FIRMS; f++) {
        float usual = posted->usual_quality[f];
        float *value = s + VALUE + f * BLOCK;
        const float *paid = s + PAID + f * BLOCK, *expectation = s + EXPECTATION + f * BLOCK;
        const float *attachment = s + ATTACHMENT + f * BLOCK;
        const float *trust = s + TRUST + f * BLOCK, *equity = s + EQUITY + f * BLOCK;
        float easy = rules->barrier.weight * (posted->convenience[f] - posted->usual_convenience[f]);
        float cost = rules->barrier.weight * posted->switching_cost[f];
        EACH(j, m)
            value[j] = price_value(paid[j], s[REFERENCE + j], s[SENSITIVITY + j], rules)
                     + rules->expectation.pull * (expectation[j] - usual)
                     + rules->attachment.weight * attachment[j];
        EACH(j, m)
            value[j] = value[j] + rules->trust.weight * (trust[j] - rules->trust.start) + equity_value(equity[j], rules)
                     + easy;
        EACH(j, m) {
            int last = w[LAST_FIRM + j] == f;
            value[j] = value[j] + (last ? rules->inertia.edge : 0.0f) + (last ? cost : 0.0f);
        }
        EACH(j, m) {
            int against = (w[GRIEVED + j] >= 0) & ((w[GRIEVED + j] & FIRM_BITS) == f);
            float hurt = -rules->failure.weight * s[GRIEVANCE + j];
            value[j] = value[j] + (against ? hurt : 0.0f);
        }
    }
    for (int64_t p = 0; p < programmes; p++) {
        int64_t f = terms->firm[p];
        const int32_t *member = w + MEMBERSHIP + p * PROGRAMME_STRIDE, *last = w + LAST_WEEK + f * BLOCK;
        const float *count = s + REMEMBERED + f * BLOCK, *trust = s + TRUST + f * BLOCK;
        float *value = s + VALUE + f * BLOCK;
        if (RULE(p, MENU) > 0) {
            float needed = (float)TAG(p, POINTS), reward = WORTH(p);
            float per_currency = (float)RULE(p, MICRO_POINTS) * 1e-6f;
            EACH(j, m) {
                float have = (float)(member[2 * BLOCK + j] + member[3 * BLOCK + j] + member[4 * BLOCK + j]
                                     + member[5 * BLOCK + j] + member[6 * BLOCK + j]);
                float rhythm = pace(remembered(count[j], (float)(week - last[j]), rules), rules);
                float step = s[BASKET + j] * per_currency;
                float gain = reward_value(reward / s[BASKET + j], purchases_to_go(needed, have, step), rhythm,
                                          progress_made(needed, have), s[SENSITIVITY + j], rules);
                gain = gain * (trust[j] / rules->trust.start);
                value[j] = value[j] + (member[j] >= 0 ? gain : 0.0f);
            }
        }
        if (RULE(p, STAMPS_NEEDED) > 0) {
            float needed = (float)RULE(p, STAMPS_NEEDED), reward = PLAN(p, STAMPS_REWARD);
            EACH(j, m) {
                float have = (float)member[BLOCK + j];
                float rhythm = pace(remembered(count[j], (float)(week - last[j]), rules), rules);
                float gain = reward_value(reward / s[BASKET + j], purchases_to_go(needed, have, 1.0f), rhythm,
                                          progress_made(needed, have), s[SENSITIVITY + j], rules);
                gain = gain * (trust[j] / rules->trust.start);
                value[j] = value[j] + (member[j] >= 0 ? gain : 0.0f);
            }
        }
    }
}

WHOLE void choose(float *restrict s, int32_t *restrict w, int32_t m, int32_t lanes, const Rules *rules,
                  int32_t week) {
    float response = rules->choice.response, not_considered = -3.0e4f;
    int signs = rules->contract.on > 0.0f;
    EACH(j, lanes) {
        int32_t contract = w[CONTRACT + j], bound = (contract_until(contract) > week) & signs;
        int32_t one = bit(contract_firm(contract) & 15), known = (w[KNOWS + j] & 0xFFFF) | 0x10000;
        w[CONSIDERS + j] = bound ? one : known;
    }
    EACH(j, lanes) {
        float a = s[TASTE_OUTSIDE + j] + response * 0.0f;
        a = has(w[CONSIDERS + j], 16) ? a : not_considered;
        s[OUTSIDE + j] = a;
        s[GREATEST + j] = a;
    }
    for (int32_t f = 0; f < FIRMS; f++) {
        float *value = s + VALUE + f * BLOCK;
        const float *taste = s + TASTE + f * BLOCK;
        EACH(j, lanes) {
            float a = taste[j] + response * value[j], greatest = s[GREATEST + j];
            a = has(w[CONSIDERS + j], f) ? a : not_considered;
            value[j] = a;
            s[GREATEST + j] = a > greatest ? a : greatest;
        }
    }
    EACH(j, lanes) {
        s[TOTAL + j] = 0.0f;
        s[SUM + j] = 0.0f;
    }
    for (int32_t f = 0; f < FIRMS; f++) {
        float *value = s + VALUE + f * BLOCK;
        EACH(j, lanes) {
            float o = expf32(value[j] - s[GREATEST + j]);
            value[j] = o;
            s[TOTAL + j] = s[TOTAL + j] + o;
        }
    }
    EACH(j, lanes) {
        float outside = expf32(s[OUTSIDE + j] - s[GREATEST + j]);
        s[TOTAL + j] = s[U_CHOICE + j] * (s[TOTAL + j] + outside);
    }
    EACH(j, lanes) w[CHOICE + j] = -1;
    for (int32_t f = 0; f < FIRMS; f++) {
        const float *value = s + VALUE + f * BLOCK;
        EACH(j, lanes) {
            float sum = s[SUM + j] + value[j];
            int32_t before = w[CHOICE + j];
            s[SUM + j] = sum;
            w[CHOICE + j] = (before < 0) & (s[TOTAL + j] < sum) ? f : before;
        }
    }
    for (int32_t j = m; j < lanes; j++) w[CHOICE + j] = -1;
}

PART void pick(float *restrict s, const int32_t *restrict w, int64_t kind, int64_t mine, int32_t m) {
    for (int32_t f = 0; f < FIRMS; f++) {
        const float *column = s + kind + f * BLOCK;
        EACH(j, m) {
            float theirs = column[j], before = s[mine + j];
            s[mine + j] = w[CHOICE + j] == f ? theirs : before;
        }
    }
}

PART void put(float *restrict s, const int32_t *restrict w, int64_t kind, int64_t mine, int32_t m) {
    for (int32_t f = 0; f < FIRMS; f++) {
        float *column = s + kind + f * BLOCK;
        EACH(j, m) {
            float before = column[j], now = s[mine + j];
            column[j] = w[CHOICE + j] == f ? now : before;
        }
    }
}

WHOLE void experience_and_judge(float *restrict s, int32_t *restrict w, int32_t m, const Posted *posted,
                                const Rules *given, int32_t week) {
    const Rules here = *given, *rules = &here;
    pick(s, w, PAID, MY_PAID, m);
    pick(s, w, EXPECTATION, MY_EXPECTATION, m);
    pick(s, w, SATISFACTION, MY_SATISFACTION, m);
    pick(s, w, ATTACHMENT, MY_ATTACHMENT, m);
    pick(s, w, REMEMBERED, MY_REMEMBERED, m);
    pick(s, w, TRUST, MY_TRUST, m);
    pick(s, w, EQUITY, MY_EQUITY, m);
    for (int32_t f = 0; f < FIRMS; f++) {
        float level = posted->quality[f], spread = posted->spread[f];
        float rate = posted->failure_rate[f], severity = posted->failure_severity[f], core = posted->core_share[f];
        float easy = rules->defection.inconvenience * above_zero(posted->usual_convenience[f] - posted->convenience[f]);
        int32_t *last = w + LAST_WEEK + f * BLOCK;
        EACH(j, m) {
            float size = severity * failure_size(s[U_FAILURE + j], rate, core, rules);
            float loss = s[U_FAILURE + j] < rate ? size : 0.0f;
            float untold = s[LOST + j], lost = rules->experience.variation * loss;
            s[LOST + j] = w[CHOICE + j] == f ? lost : untold;
            float met = level + rules->experience.variation * (spread * s[Z_QUALITY + j] - loss);
            float before = s[MET + j];
            s[MET + j] = w[CHOICE + j] == f ? met : before;
        }
        EACH(j, m) {
            float before = s[HAZARD_SUM + j];
            s[HAZARD_SUM + j] = w[CHOICE + j] == f ? easy : before;
        }
        EACH(j, m) {
            int32_t before = w[FAILED + j], failed = s[U_FAILURE + j] < rate ? 1 : 0;
            w[FAILED + j] = w[CHOICE + j] == f ? failed : before;
        }
        EACH(j, m) {
            int32_t theirs = last[j], before = w[MY_LAST_WEEK + j], choice = w[CHOICE + j];
            w[MY_LAST_WEEK + j] = choice == f ? theirs : before;
            last[j] = choice == f ? week : theirs;
        }
    }
    EACH(j, m)
        s[MY_REMEMBERED + j] = remembered(s[MY_REMEMBERED + j], (float)(week - w[MY_LAST_WEEK + j]), rules);
    EACH(j, m) s[RIVALS + j] = 0.0f;
    for (int32_t f = 0; f < FIRMS; f++) {
        const float *expectation = s + EXPECTATION + f * BLOCK;
        EACH(j, m) s[RIVALS + j] = s[RIVALS + j] + expectation[j];
    }
    EACH(j, m) {
        float others = (float)FIRMS - 1.0f, mean = (s[RIVALS + j] - s[MY_EXPECTATION + j]) / others;
        s[RIVALS + j] = others >= 1.0f ? mean : s[MY_EXPECTATION + j];
    }
    EACH(j, m) {
        float due = standard(s[MY_EXPECTATION + j], s[RIVALS + j], rules), met = s[MET + j];
        float f = felt(met, due, rules), count = s[MY_REMEMBERED + j];
        s[MY_SATISFACTION + j] = next_satisfaction(s[MY_SATISFACTION + j], f, count + 1.0f, rules);
        s[MY_TRUST + j] = next_trust(s[MY_TRUST + j], shortfall(met, due, rules), rules);
        s[MY_EQUITY + j] = rules->equity.keep * s[MY_EQUITY + j];
        s[MY_EXPECTATION + j] =
            s[MY_EXPECTATION + j] + rules->expectation.weight * (met + s[LOST + j] - s[MY_EXPECTATION + j]);
        s[MY_REMEMBERED + j] = count + 1.0f;
    }
    EACH(j, m)
        s[MY_ATTACHMENT + j] = s[MY_ATTACHMENT + j]
            + rules->attachment.step
              * ((s[MY_SATISFACTION + j] - rules->attachment.indifferent) * 0.1f - s[MY_ATTACHMENT + j]);
    EACH(j, m) {
        float hazard = price_hazard(s[MY_PAID + j], s[REFERENCE + j], rules);
        s[PRICE_HAZARD + j] = hazard;
        s[HAZARD_SUM + j] = s[HAZARD_SUM + j] + hazard;
    }
    EACH(j, m) {
        float before = s[REFERENCE + j];
        float now = rules->price.carry_over * before + (1.0f - rules->price.carry_over) * s[MY_PAID + j];
        s[REFERENCE + j] = w[CHOICE + j] >= 0 ? now : before;
    }
    put(s, w, EXPECTATION, MY_EXPECTATION, m);
    put(s, w, SATISFACTION, MY_SATISFACTION, m);
    put(s, w, ATTACHMENT, MY_ATTACHMENT, m);
    put(s, w, REMEMBERED, MY_REMEMBERED, m);
    put(s, w, TRUST, MY_TRUST, m);
    put(s, w, EQUITY, MY_EQUITY, m);
}

/* What is out of the ordinary at a purchase: here failures alone, and they leave no more than a note. */
WHOLE void react(float *restrict s, int32_t *restrict w, int32_t m, int64_t seg, const Posted *posted,
                 const int32_t *programme_of, const Context *context, int64_t *restrict tally) {
    for (int32_t j = 0; j < m; j++) {
        int32_t f = w[CHOICE + j];
        if (f < 0) continue;
        f &= FIRM_BITS;
        int unusual = (w[FAILED + j] == 1) | (s[U_GIFT + j] < posted->gift_chance[f]) | (posted->fee[f] > 0.0f)
                    | (posted->contract_weeks[f] > 0) | (w[CONTRACT + j] >= 0);
        if (!unusual) continue;
        if (w[FAILED + j] == 1) {
            int64_t p = programme_of[f];
            int64_t belongs = p >= 0 && w[MEMBERSHIP + p * PROGRAMME_STRIDE + j] >= 0;
            int of_core = s[U_FAILURE + j] < posted->failure_rate[f] * posted->core_share[f];
            tally[((seg * FIRMS + f) * 2 + belongs) * TALLIES + CORE_FAILURES] += of_core;
            w[HAPPENED + j] |= of_core ? HAS_FAILED_CORE : HAS_FAILED_ENCOUNTER;
        }
        s[TRUST + f * BLOCK + j] = s[MY_TRUST + j];
        s[EQUITY + f * BLOCK + j] = s[MY_EQUITY + j];
    }
}

/* The hazards of leaving the firm for good; they are 0 here, so nobody does. */
WHOLE void stay_or_leave(float *restrict s, int32_t *restrict w, int32_t m, const Rules *given,
                         const Context *context) {
    const Rules here = *given, *rules = &here;
    int32_t week = (int32_t)context->week;
    EACH(j, m) {
        int32_t grieved = w[GRIEVED + j], about = (grieved & FIRM_BITS) == w[CHOICE + j];
        float hurt = grievance_hazard(s[GRIEVANCE + j], grieved_kind(grieved), rules);
        s[HAZARD_SUM + j] = s[HAZARD_SUM + j] + ((grieved >= 0) & about ? hurt : 0.0f)
                          + rules->defection.competition * above_zero(s[RIVALS + j] - s[MY_EXPECTATION + j])
                          + rules->defection.ethics * above_zero(rules->trust.start - s[MY_TRUST + j]);
    }
    EACH(j, m) {
        int bound = contract_until(w[CONTRACT + j]) > week;
        int decides = s[U_PART + j] < 1.0f - expf32(-s[HAZARD_SUM + j]);
        int goes = decides & (w[CHOICE + j] >= 0) & !bound;
        w[FLAG + j] = goes & has_alternative(w[KNOWS + j], w[CHOICE + j] & FIRM_BITS, s[TASTE_OUTSIDE + j]);
    }
    for (int32_t j = 0; j < m; j++)
        if (w[FLAG + j] == 1) __builtin_trap();
}

WHOLE void move_on(int32_t *restrict w, int32_t m) {
    EACH(j, m) {
        int32_t before = w[LAST_FIRM + j], now = w[CHOICE + j];
        w[LAST_FIRM + j] = now >= 0 ? now : before;
    }
}

WHOLE void price_the_basket(float *restrict s, const int32_t *restrict w, int32_t m, float sigma,
                            const Posted *posted) {
    float centre = -0.5f * sigma * sigma;
    EACH(j, m) s[VOLUME + j] = s[BASKET + j] * expf32(sigma * s[Z_BASKET + j] + centre) * 100.0f;
    for (int32_t f = 0; f < FIRMS; f++) {
        float price = posted->price[f], unit_cost = posted->unit_cost[f], with_fee = 1.0f + posted->fee[f];
        float listed = price * with_fee;
        EACH(j, m) {
            float before = s[LIST_CENTS + j], now = floorf(s[VOLUME + j] * listed + 0.5f);
            s[LIST_CENTS + j] = w[CHOICE + j] == f ? now : before;
        }
        EACH(j, m) {
            float before = s[MY_PAID + j];
            s[MY_PAID + j] = w[CHOICE + j] == f ? before * with_fee : before;
        }
        EACH(j, m) {
            float before = s[GOODS_CENTS + j], now = floorf(s[VOLUME + j] * unit_cost + 0.5f);
            s[GOODS_CENTS + j] = w[CHOICE + j] == f ? now : before;
        }
    }
    EACH(j, m) s[CENTS + j] = floorf(s[VOLUME + j] * s[MY_PAID + j] + 0.5f);
}

/* By way of double, which holds every float: GCC has no direct conversion in vectors. */
PART int64_t whole(float cents) { return (int64_t)(double)cents; }

WHOLE void pay(const float *restrict s, int32_t *restrict w, int32_t m, int64_t seg, const Posted *posted,
               const int32_t *programme_of, const Context *context, int64_t *restrict tally) {
    int32_t week = (int32_t)context->week, lapse_weeks = (int32_t)context->lapse_weeks;
    for (int32_t f = 0; f < FIRMS; f++) {
        int64_t p = programme_of[f];
        const int32_t *member = w + MEMBERSHIP + (p > 0 ? p : 0) * PROGRAMME_STRIDE;
        int32_t has = p >= 0;
        int64_t *all = tally + (seg * FIRMS + f) * 2 * TALLIES, *members = all + TALLIES;
        int64_t service = posted->service_cents[seg * FIRMS + f];
        EACH(j, m) {
            int32_t here = w[CHOICE + j] == f;
            w[FLAG + j] = here + (here & (member[j] >= 0) & has);
        }
        int32_t bought = 0, bought_m = 0, failed = 0, failed_m = 0, won = 0, won_m = 0, switched = 0, switched_m = 0;
        EACH(j, m) {
            int32_t here = -(w[FLAG + j] > 0), mine = -(w[FLAG + j] > 1);
            int32_t new = -!active(week - 1, w[MY_LAST_WEEK + j], lapse_weeks);
            bought += here & 1;
            bought_m += mine & 1;
            failed += here & w[FAILED + j];
            failed_m += mine & w[FAILED + j];
            won += here & new & 1;
            won_m += mine & new & 1;
            int32_t other = -(w[LAST_FIRM + j] >= 0) & -(w[LAST_FIRM + j] != f);
            switched += here & other & 1;
            switched_m += mine & other & 1;
        }
        int64_t revenue = 0, revenue_m = 0, goods = 0, goods_m = 0;
        EACH(j, m) {
            int64_t here = -(int64_t)(w[FLAG + j] > 0), mine = -(int64_t)(w[FLAG + j] > 1);
            int64_t cents = whole(s[CENTS + j]), cost = whole(s[GOODS_CENTS + j]);
            revenue += here & cents;
            revenue_m += mine & cents;
            goods += here & cost;
            goods_m += mine & cost;
        }
        int64_t listed = 0, listed_m = 0, cohort = 0, cohort_m = 0;
        EACH(j, m) {
            int64_t here = -(int64_t)(w[FLAG + j] > 0), mine = -(int64_t)(w[FLAG + j] > 1);
            int64_t price = whole(s[LIST_CENTS + j]);
            listed += here & price;
            listed_m += mine & price;
            int64_t marked = -(int64_t)(w[COHORT + j] >> (16 + f) & 1);
            int64_t gain = whole(s[CENTS + j]) - whole(s[GOODS_CENTS + j]) - service;
            cohort += here & marked & gain;
            cohort_m += mine & marked & gain;
        }
        members[PURCHASES] += bought_m;
        all[PURCHASES] += bought - bought_m;
        members[FAILURES] += failed_m;
        all[FAILURES] += failed - failed_m;
        members[WON] += won_m;
        all[WON] += won - won_m;
        members[REVENUE] += revenue_m;
        all[REVENUE] += revenue - revenue_m;
        members[GOODS] += goods_m;
        all[GOODS] += goods - goods_m;
        members[DISCOUNT] += listed_m - revenue_m;
        all[DISCOUNT] += listed - listed_m - revenue + revenue_m;
        members[SWITCHED] += switched_m;
        all[SWITCHED] += switched - switched_m;
        members[COHORT_CONTRIBUTION] += cohort_m;
        all[COHORT_CONTRIBUTION] += cohort - cohort_m;
    }
}

PART void redeem(int32_t *w, int64_t at, int64_t wanted, int64_t filling) {
    for (int64_t step = 0; step < LOTS && wanted > 0; step++) {
        int64_t lot = at + (2 + (filling + 1 + step) % LOTS) * BLOCK;
        int64_t taken = w[lot] < wanted ? w[lot] : wanted;
        w[lot] -= (int32_t)taken;
        wanted -= taken;
    }
}

WHOLE void pay_in_points(float *restrict s, int32_t *restrict w, int32_t m, int32_t f, int64_t at, int64_t lot,
                         int64_t filling, int32_t threshold, double micro_points, float chance, float reward,
                         int64_t cost_cents, int64_t face_cents, const Rules *rules,
                         int64_t *restrict mine_of) {
    int32_t *member = w + at, eligible = 0;
    EACH(j, m) {
        int32_t mine = (w[CHOICE + j] == f) & (member[j] >= 0);
        int32_t balance = member[2 * BLOCK + j] + member[3 * BLOCK + j] + member[4 * BLOCK + j]
                        + member[5 * BLOCK + j] + member[6 * BLOCK + j];
        int32_t could = mine & (balance >= threshold);
        eligible += could;
        w[FLAG + j] = could & (s[U_REDEEM + j] < chance);
        w[BALANCE + j] = balance;
    }
    mine_of[ELIGIBLE] += eligible;
    int64_t earned_by_all = 0;
    EACH(j, m) {
        int32_t mine = (w[CHOICE + j] == f) & (member[j] >= 0);
        int32_t worth = (int32_t)floor((double)s[CENTS + j] * micro_points / 1e8);
        int32_t earned = mine ? worth : 0;
        w[EARNED + j] = earned;
        earned_by_all += earned;
    }
    EACH(j, m) w[lot + j] += w[EARNED + j];
    mine_of[POINTS_EARNED] += earned_by_all;
    for (int32_t j = 0; j < m; j++) {
        if (w[FLAG + j] != 1) continue;
        int64_t rewards = w[BALANCE + j] / threshold;
        redeem(w, at + j, rewards * threshold, filling);
        mine_of[POINTS_REDEEMED] += rewards * threshold;
        mine_of[POINTS_REWARDS] += rewards;
        mine_of[REWARDS_COST] += rewards * cost_cents;
        mine_of[REWARDS_FACE] += rewards * face_cents;
        mine_of[REDEMPTIONS] += 1;
        float *account = s + EQUITY + f * BLOCK + j;
        *account = *account + rules->equity.reward_gratitude * ((float)rewards * reward / s[BASKET + j]);
        w[HAPPENED + j] |= HAS_REDEEMED;
        if (w[COHORT + j] >> (16 + f) & 1) mine_of[COHORT_CONTRIBUTION] -= rewards * cost_cents;
    }
}

WHOLE void stamp_cards(float *restrict s, int32_t *restrict w, int32_t m, int32_t f, int64_t at, int64_t card,
                       int32_t needed, float reward, int64_t cost_cents, const Rules *rules,
                       int64_t *restrict mine_of) {
    int32_t stamped = 0, handed_in = 0, by_cohort = 0;
    EACH(j, m) {
        int32_t mine = (w[CHOICE + j] == f) & (w[at + j] >= 0);
        int32_t full = mine & (w[card + j] >= needed);
        int32_t marked = w[COHORT + j] >> (16 + f) & 1;
        stamped += mine;
        handed_in += full;
        by_cohort += full & marked;
        w[FLAG + j] = full;
        w[card + j] = w[card + j] + mine - (full ? needed : 0);
    }
    for (int32_t j = 0; j < m; j++) {
        if (w[FLAG + j] != 1) continue;
        float *account = s + EQUITY + f * BLOCK + j;
        *account = *account + rules->equity.reward_gratitude * (reward / s[BASKET + j]);
        w[HAPPENED + j] |= HAS_REDEEMED;
    }
    mine_of[STAMPS_GIVEN] += stamped;
    mine_of[STAMPS_HANDED_IN] += (int64_t)handed_in * needed;
    mine_of[STAMPS_REWARDS] += handed_in;
    mine_of[COHORT_CONTRIBUTION] -= by_cohort * cost_cents;
}

WHOLE void take_part(float *restrict s, int32_t *restrict w, int32_t m, uint32_t k, int64_t seg, const Terms *terms,
                     int64_t programmes, const Rules *given, const Context *context, int64_t *restrict tally) {
    const Rules copy = *given, *rules = &copy;
    uint32_t week = (uint32_t)context->week, seed = context->seed, replicate = context->replicate;
    for (int64_t p = 0; p < programmes; p++) {
        if (RULE(p, OPEN) == 0) continue;
        int32_t f = terms->firm[p];
        uint32_t name = k * MAX_FIRMS + (uint32_t)f;
        EACH(j, m) {
            Words d = philox((uint32_t)w[CUSTOMER + j], week, STREAM_PROGRAMME, name, seed, replicate);
            s[U_JOIN + j] = unit(d.a);
            s[U_REDEEM + j] = unit(d.b);
        }
        int64_t member = MEMBERSHIP + p * PROGRAMME_STRIDE;
        const float *count = s + REMEMBERED + f * BLOCK;
        float ask = PLAN(p, ASK), effort = PLAN(p, EFFORT);
        float back = PLAN(p, BACK_PER_CURRENCY), back_per_visit = PLAN(p, BACK_PER_VISIT);
        int always = RULE(p, AUTOMATIC) == 1;
        EACH(j, m) {
            float worth = 52.0f * pace(count[j], rules) * (s[BASKET + j] * back + back_per_visit);
            float square = worth * worth;
            int yes = (s[U_JOIN + j] < rules->join.on * ask * square / (square + effort * effort + 1e-30f)) | always;
            w[FLAG + j] = yes & (w[CHOICE + j] == f) & (w[member + j] < 0);
        }
        int64_t *mine_of = tally + ((seg * FIRMS + f) * 2 + 1) * TALLIES;
        int64_t filling = filling_lot(context->week, RULE(p, LOT_WEEKS));
        int64_t lot = member + 2 * BLOCK + filling * BLOCK, card = member + BLOCK, joined = 0;
        for (int32_t j = 0; j < m; j++) {
            if (w[FLAG + j] != 1) continue;
            w[member + j] = (int32_t)week;
            w[HAPPENED + j] |= HAS_JOINED;
            w[lot + j] += RULE(p, WELCOME);
            w[card + j] = RULE(p, HEAD_START);
            joined++;
        }
        mine_of[JOINED] += joined;
        mine_of[POINTS_EARNED] += joined * RULE(p, WELCOME);
        mine_of[STAMPS_GIVEN] += joined * RULE(p, HEAD_START);
        if (RULE(p, MENU) > 0)
            pay_in_points(s, w, m, f, member, lot, filling, (int32_t)TAG(p, POINTS), (double)RULE(p, MICRO_POINTS),
                          PLAN(p, REDEEM), WORTH(p), TAG(p, COST), TAG(p, FACE), rules, mine_of);
        if (RULE(p, STAMPS_NEEDED) > 0)
            stamp_cards(s, w, m, f, member, card, RULE(p, STAMPS_NEEDED), PLAN(p, STAMPS_REWARD),
                        RULE(p, STAMPS_COST), rules, mine_of);
    }
}

/* --- sim/population/count.py -------------------------------------------------------------------------------- */

/* In a week in which somebody is asked: the noise of the answers, and all purchases that each remembers. */
WHOLE void count_memories(float *restrict s, const float *restrict reals, const int32_t *restrict wholes,
                          int64_t customer0, int32_t size, const Surveys *surveys, const Rules *rules,
                          const Context *context) {
    int asks = context->census == 1;
    for (int64_t f = 0; f < FIRMS; f++) asks |= surveys->now[f] == 1;
    if (!asks) return;
    int32_t week = (int32_t)context->week;
    EACH(j, size) {
        Words d = philox((uint32_t)customer0 + (uint32_t)j, (uint32_t)week, STREAM_SURVEY, 0, context->seed,
                         context->replicate);
        s[U_CHOICE + j] = normal_quantile(unit(d.a));
        s[U_FAILURE + j] = unit(d.b);
        s[Z_QUALITY + j] = normal_quantile(unit(d.c));
    }
    EACH(j, size) s[TOTAL + j] = 0.0f;
    for (int64_t f = 0; f < FIRMS; f++) {
        const float *count = reals + FIRM_ROW(KIND_REMEMBERED, f);
        const int32_t *last = wholes + LAST_WEEK + f * BLOCK;
        EACH(j, size) s[TOTAL + j] = s[TOTAL + j] + remembered(count[j], (float)(week - last[j]), rules);
    }
}

WHOLE void count_people(const float *restrict reals, const int32_t *restrict wholes, int32_t size, int64_t f, int64_t p,
                        const Rules *rules, const Context *context, int64_t *restrict all) {
    int32_t week = (int32_t)context->week, lapse_weeks = (int32_t)context->lapse_weeks, has_one = p >= 0;
    const int32_t *alive = wholes + ALIVE, *last = wholes + LAST_WEEK + f * BLOCK;
    const int32_t *since = has_one ? wholes + CARD_ROW(p) : wholes + LAST_FIRM;
    const float *satisfaction = reals + FIRM_ROW(KIND_SATISFACTION, f);
    const float *expectation = reals + FIRM_ROW(KIND_EXPECTATION, f);
    const float *attachment = reals + FIRM_ROW(KIND_ATTACHMENT, f);
    const float *trust = reals + FIRM_ROW(KIND_TRUST, f), *equity = reals + FIRM_ROW(KIND_EQUITY, f);
    float low = rules->satisfaction.neutral - rules->satisfaction.band;
    float high = rules->satisfaction.neutral + rules->satisfaction.band;
    int64_t *members = all + TALLIES;
    int32_t active_all = 0, active_members = 0, in = 0, lapsed = 0, lapsed_members = 0;
    EACH(j, size) {
        int32_t on = -active(week, last[j], lapse_weeks) & -(alive[j] == 1);
        int32_t belongs = -(since[j] >= 0) & -has_one;
        int32_t gone = -(last[j] == week - lapse_weeks - 1) & -(alive[j] == 1);
        active_all += on & 1;
        active_members += on & belongs & 1;
        in += belongs & 1;
        lapsed += gone & 1;
        lapsed_members += gone & belongs & 1;
    }
    int32_t happy = 0, happy_members = 0, expects = 0, expects_members = 0, bond = 0, bond_members = 0;
    EACH(j, size) {
        int32_t on = -active(week, last[j], lapse_weeks) & -(alive[j] == 1);
        int32_t mine = on & -(since[j] >= 0) & -has_one;
        int32_t x = (int32_t)(satisfaction[j] * (float)INDEX_SCALE);
        int32_t y = (int32_t)(expectation[j] * (float)INDEX_SCALE);
        int32_t z = (int32_t)(attachment[j] * (float)INDEX_SCALE);
        happy += on & x;
        happy_members += mine & x;
        expects += on & y;
        expects_members += mine & y;
        bond += on & z;
        bond_members += mine & z;
    }
    int32_t trusts = 0, trusts_members = 0, even = 0, even_members = 0;
    int32_t angry = 0, angry_members = 0, glad = 0, glad_members = 0;
    EACH(j, size) {
        int32_t on = -active(week, last[j], lapse_weeks) & -(alive[j] == 1);
        int32_t mine = on & -(since[j] >= 0) & -has_one;
        int32_t x = (int32_t)(trust[j] * (float)INDEX_SCALE), y = (int32_t)(equity[j] * (float)INDEX_SCALE);
        int32_t below = satisfaction[j] < low, above = satisfaction[j] > high;
        trusts += on & x;
        trusts_members += mine & x;
        even += on & y;
        even_members += mine & y;
        angry += on & below;
        angry_members += mine & below;
        glad += on & above;
        glad_members += mine & above;
    }
    members[MEMBERS] += in;
#define BOTH(name, total, of_members) members[name] += of_members, all[name] += total - of_members
    BOTH(ACTIVE, active_all, active_members);
    BOTH(LAPSED, lapsed, lapsed_members);
    BOTH(TALLY_SATISFACTION, happy, happy_members);
    BOTH(TALLY_EXPECTATION, expects, expects_members);
    BOTH(TALLY_ATTACHMENT, bond, bond_members);
    BOTH(TALLY_TRUST, trusts, trusts_members);
    BOTH(TALLY_EQUITY, even, even_members);
    BOTH(DISSATISFIED, angry, angry_members);
    BOTH(DELIGHTED, glad, glad_members);
}

WHOLE void count_obligations(const int32_t *restrict wholes, int32_t size, int32_t f, int64_t p,
                             const Context *context, int64_t *restrict all) {
    int32_t week = (int32_t)context->week, lapse_weeks = (int32_t)context->lapse_weeks, has_one = p >= 0;
    const int32_t *last = wholes + LAST_WEEK + f * BLOCK, *card = wholes + CARD_ROW(p);
    const int32_t *since = has_one ? card : wholes + LAST_FIRM;
    int64_t *members = all + TALLIES;
    int32_t waiting = 0, bound = 0, open_to = 0, belongs = 0;
    int32_t waiting_m = 0, bound_m = 0, open_to_m = 0, belongs_m = 0;
    EACH(j, size) {
        int32_t member = -(since[j] >= 0) & -has_one, alive = wholes[ALIVE + j] == 1;
        int32_t grieved = wholes[GRIEVED + j], contract = wholes[CONTRACT + j];
        int32_t waits = (has_complained(grieved) == 1) & (grieved_firm(grieved) == f);
        int32_t under = (contract_firm(contract) == f) & (contract_until(contract) > week);
        int32_t consents = active(week, last[j], lapse_weeks) & alive & !has(wholes[KNOWS + j], 16 + f);
        int32_t part = has(wholes[TIES + j], f) & alive;
        waiting += waits;
        waiting_m += waits & member;
        bound += under;
        bound_m += under & member;
        open_to += consents;
        open_to_m += consents & member;
        belongs += part;
        belongs_m += part & member;
    }
    BOTH(COMPLAINTS_WAITING, waiting, waiting_m);
    BOTH(CONTRACTS, bound, bound_m);
    BOTH(REACHABLE, open_to, open_to_m);
    BOTH(PARTICIPANTS, belongs, belongs_m);
    if (has_one) {
        int64_t points = 0, stamps = 0;
        for (int64_t r = 0; r < LOTS; r++) {
            const int32_t *lot = card + (2 + r) * BLOCK;
            EACH(j, size) points += lot[j];
        }
        EACH(j, size) stamps += card[BLOCK + j];
        members[POINTS_BALANCE] += points;
        members[STAMPS_BALANCE] += stamps;
    }
}

/* The census: what kind of loyalty each customer has to the firm, and on which rung of the ladder she is. */
WHOLE void count_loyalties(const float *restrict s, const float *restrict reals, const int32_t *restrict wholes,
                           int32_t size, int32_t f, int64_t p, const Posted *posted, const Rules *rules,
                           const Context *context, int64_t *restrict all) {
    float neutral = rules->satisfaction.neutral, band = rules->satisfaction.band;
    for (int32_t j = 0; j < size; j++) {
        if (wholes[ALIVE + j] != 1) continue;
        int32_t last = wholes[LAST_WEEK + f * BLOCK + j];
        int on = active((int32_t)context->week, last, (int32_t)context->lapse_weeks);
        if (!on && !has(wholes[KNOWS + j], f)) continue;
        float satisfaction = reals[FIRM_ROW(KIND_SATISFACTION, f) + j];
        float attachment = reals[FIRM_ROW(KIND_ATTACHMENT, f) + j];
        float hurt = grieved_firm(wholes[GRIEVED + j]) == f ? reals[GRIEVANCE + j] : 0.0f;
        float value = rules->expectation.pull * (reals[FIRM_ROW(KIND_EXPECTATION, f) + j] - posted->usual_quality[f])
                    + equity_value(reals[FIRM_ROW(KIND_EQUITY, f) + j], rules);
        float barrier = wholes[LAST_FIRM + j] == f ? rules->barrier.weight * posted->switching_cost[f] : 0.0f;
        float means_to = intention(satisfaction, neutral, attachment, hurt, value, barrier);
        float ago = (float)((int32_t)context->week - last);
        float here = remembered(reals[FIRM_ROW(KIND_REMEMBERED, f) + j], ago, rules);
        float share = here / (s[TOTAL + j] + 1e-30f);
        int32_t mark = mark_given(satisfaction, attachment, s[U_CHOICE + j]);
        int truly = on & (satisfaction > neutral + band) & (means_to >= 0.5f) & (mark >= 9);
        int likes = attachment > 0.0f, buys = share >= 0.5f;
        int64_t *of = all + (p >= 0 && wholes[CARD_ROW(p) + j] >= 0 ? TALLIES : 0);
        if (on) {
            of[CENSUS] += 1;
            of[INTENTION] += (int32_t)(means_to * (float)INDEX_SCALE);
            of[BEHAVIOURAL] += (int32_t)(share * (float)INDEX_SCALE);
            of[LOYAL] += buys & likes;
            of[LATENT] += !buys & likes;
            of[HOSTAGE] += buys & !likes;
            of[DISLOYAL] += !buys & !likes;
            of[TRULY_LOYAL] += truly;
        }
        int trusts = reals[FIRM_ROW(KIND_TRUST, f) + j] > rules->trust.start;
        int satisfied = on & (satisfaction >= neutral - band);
        int rung = !satisfied ? 1 : !(likes & buys) ? 2 : !(truly & trusts) ? 3 : 4;
        of[RUNG_AWARE] += rung == 1;
        of[RUNG_SATISFIED] += rung == 2;
        of[RUNG_LOYAL] += rung == 3;
        of[RUNG_INTERDEPENDENT] += rung == 4;
    }
}

WHOLE void ask(const float *restrict s, const float *restrict reals, const int32_t *restrict wholes, int32_t size,
               int64_t f, int64_t p, const Surveys *surveys, const Rules *rules, const Context *context,
               int64_t *restrict all) {
    for (int32_t j = 0; j < size; j++) {
        int32_t last = wholes[LAST_WEEK + f * BLOCK + j];
        int on = active((int32_t)context->week, last, (int32_t)context->lapse_weeks);
        if (!on || wholes[ALIVE + j] != 1) continue;
        float satisfaction = reals[FIRM_ROW(KIND_SATISFACTION, f) + j];
        float far = satisfaction - rules->satisfaction.neutral;
        far = far >= 0.0f ? far : -far;
        if (!(s[U_FAILURE + j] < surveys->asked[f] * (1.0f + surveys->bias[f] * far * (float)(1.0 / 25.0)))) continue;
        int32_t mark = mark_given(satisfaction, reals[FIRM_ROW(KIND_ATTACHMENT, f) + j], s[U_CHOICE + j]);
        int64_t *of = all + (p >= 0 && wholes[CARD_ROW(p) + j] >= 0 ? TALLIES : 0);
        of[ASKED] += 1;
        of[PROMOTERS] += mark >= 9;
        of[DETRACTORS] += mark <= 6;
        of[SURVEYED_SATISFACTION] += (int32_t)((satisfaction + 8.0f * s[Z_QUALITY + j]) * (float)INDEX_SCALE);
    }
}

WHOLE void count_stocks(float *restrict s, const float *restrict reals, const int32_t *restrict wholes,
                        int64_t customer0, int32_t size, int64_t seg, const Told *told, const Rules *rules,
                        int64_t *restrict tally) {
    const Context *context = &told->context;
    const Surveys *surveys = &told->surveys;
    count_memories(s, reals, wholes, customer0, size, surveys, rules, context);
    for (int32_t f = 0; f < FIRMS; f++) {
        int64_t p = told->programme_of[f], *all = tally + (seg * FIRMS + f) * 2 * TALLIES;
        count_people(reals, wholes, size, f, p, rules, context, all);
        count_obligations(wholes, size, f, p, context, all);
        if (context->census == 1) count_loyalties(s, reals, wholes, size, f, p, &told->posted, rules, context, all);
        if (surveys->now[f] == 1) ask(s, reals, wholes, size, f, p, surveys, rules, context, all);
    }
}

/* --- sim/population/week.py --------------------------------------------------------------------------------- */

void pass_week(float *reals, int32_t *wholes, const int32_t *block_segment, const int64_t *block_first,
               const int64_t *block_size, int64_t first, int64_t last, const Segments *segments, const Told *told,
               int64_t programmes, const Rules *rules, float *s, int32_t *w, int64_t *tally) {
    const Posted *posted = &told->posted;
    const Terms *terms = &told->terms;
    const Context *context = &told->context;
    const int32_t *programme_of = told->programme_of;
    for (int64_t b = first; b < last; b++) {
        int64_t seg = block_segment[b], customer0 = block_first[b];
        int32_t size = (int32_t)block_size[b], week = (int32_t)context->week;
        float *r = reals + b * REAL_ROWS * BLOCK;
        int32_t *i = wholes + b * (SINGLE_WHOLES + PROGRAMME_WHOLES * programmes) * BLOCK;
        expire_points(i, size, programmes, terms, seg, week, tally);
        rest(r, i, size, rules);
        live(s, w, r, i, customer0, size, seg, segments, posted, terms, programmes, programme_of, rules, context, tally);
        be_told(w, size);
        int32_t m = need(s, w, r, i, customer0, size, told->stage.need[seg], context);
        if (m > 0) {
            fetch(s, w, r, i, m, programmes, customer0);
            int32_t buyers = m;
            uint32_t k = 0;
            while (m > 0) {
                int32_t lanes = (m + LANES - 1) / LANES * LANES;
                lanes = lanes < BLOCK ? lanes : BLOCK;
                draw(s, w, lanes, context, k);
                see_prices(s, w, lanes, posted, terms, programmes, rules);
                weigh(s, w, lanes, posted, terms, programmes, rules, week);
                choose(s, w, m, lanes, rules, week);
                experience_and_judge(s, w, lanes, posted, rules, week);
                react(s, w, m, seg, posted, programme_of, context, tally);
                stay_or_leave(s, w, m, rules, context);
                price_the_basket(s, w, lanes, segments->visit_sigma[seg], posted);
                take_part(s, w, lanes, k, seg, terms, programmes, rules, context, tally);
                pay(s, w, lanes, seg, posted, programme_of, context, tally);
                move_on(w, lanes);
                k++;
                while (m > 0 && w[COUNT + m - 1] <= (int32_t)k) m--;
            }
            store(s, w, r, i, buyers, programmes);
        }
        count_stocks(s, r, i, customer0, size, seg, told, rules, tally);
    }
}
