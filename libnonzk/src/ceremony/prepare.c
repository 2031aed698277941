#include <nonzk/msm.h>

#include "ceremony/lagrange_private.h"
#include "ceremony/ptau.h"
#include "layout.h"

#include <string.h>

static size_t lay_out(struct ptau_workspace *w, uint8_t *base, const struct nonzk_ptau_shape *shape)
{
    size_t size = 2 * ptau_half(shape), end = 0;
    size_t msm1 = nonzk_g1_msm_size(size), msm2 = nonzk_g2_msm_size(size);

    size_t roots = layout_add(&end, size / 2, sizeof(struct nonzk_fr));
    size_t values = layout_add(&end, size, sizeof(struct nonzk_fr));
    size_t points = end;
    w->points_len = size * sizeof(struct nonzk_g1);
    w->points_len = msm1 > w->points_len ? msm1 : w->points_len;
    w->points_len = msm2 > w->points_len ? msm2 : w->points_len;
    layout_add(&end, w->points_len, 1);
    size_t scalars = layout_add(&end, size, NONZK_SCALAR_LEN);
    if (!base)
        return end;
    w->roots = (struct nonzk_fr *)(void *)(base + roots);
    w->values = (struct nonzk_fr *)(void *)(base + values);
    w->points = base + points;
    w->scalars = base + scalars;
    return end;
}

size_t nonzk_ptau_workspace(const struct nonzk_ptau_shape *shape)
{
    struct ptau_workspace w;

    if (nonzk_ptau_size(shape) == 0)
        return 0;
    size_t end = lay_out(&w, NULL, shape);
    return end == SIZE_MAX ? 0 : end;
}

int ptau_workspace_lay_out(struct ptau_workspace *w, void *memory, size_t len,
                           const struct nonzk_ptau_shape *shape)
{
    size_t needed = nonzk_ptau_workspace(shape);

    if (needed == 0 || len < needed || (uintptr_t)memory % _Alignof(uint64_t) != 0)
        return NONZK_E_NO_SPACE;
    lay_out(w, memory, shape);
    return 0;
}

int nonzk_ptau_prepare(struct nonzk_ptau *ptau, void *memory, size_t memory_len,
                       const struct nonzk_ptau *old, void *workspace, size_t workspace_len)
{
    struct nonzk_ptau_shape shape = old->shape;
    struct ptau_workspace w;
    size_t half = ptau_half(&shape);

    memset(ptau, 0, sizeof *ptau);
    shape.is_prepared = 1;
    int result = ptau_workspace_lay_out(&w, workspace, workspace_len, &shape);
    if (result == 0)
        result = ptau_lay_out(ptau, &shape, memory, memory_len);
    if (result != 0)
        return result;
    memcpy(ptau->tau1, old->tau1, (2 * half - 1) * sizeof *ptau->tau1);
    memcpy(ptau->tau2, old->tau2, half * sizeof *ptau->tau2);
    memcpy(ptau->alpha1, old->alpha1, half * sizeof *ptau->alpha1);
    memcpy(ptau->beta1, old->beta1, half * sizeof *ptau->beta1);
    ptau->beta2 = old->beta2;
    if (shape.contributions_len > 0)
        memcpy(ptau->contributions, old->contributions, shape.contributions_len);
    ptau->ncontributions = old->ncontributions;
    ptau->is_sealed = old->is_sealed;
    unsigned power = shape.power;
    result = nonzk_g1_lagrange_levels(ptau->lagrange_tau1, ptau->tau1, 2 * half - 1, power + 1,
                                      w.points, w.roots);
    if (result == 0)
        result = nonzk_g2_lagrange_levels(ptau->lagrange_tau2, ptau->tau2, half, power, w.points,
                                          w.roots);
    if (result == 0)
        result = nonzk_g1_lagrange_levels(ptau->lagrange_alpha1, ptau->alpha1, half, power,
                                          w.points, w.roots);
    if (result == 0)
        result = nonzk_g1_lagrange_levels(ptau->lagrange_beta1, ptau->beta1, half, power, w.points,
                                          w.roots);
    return result;
}
