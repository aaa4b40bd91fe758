"""What scipy and statsmodels say: reads [[name, arguments], …] on standard input, prints the results as JSON."""

import json
import sys

import numpy as np
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest


def clustered_mean(values, clusters, level):
    fit = OLS(np.array(values, float), np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.unique(clusters, return_inverse=True)[1]}, use_t=False
    )
    return [float(fit.params[0]), *map(float, fit.conf_int(1 - level)[0])]


def connor(difference, discordance, alpha, power):
    a, b = stats.norm.ppf([1 - alpha / 2, power])
    return float((a * discordance**0.5 + b * (discordance - difference**2) ** 0.5) ** 2 / difference**2)


def over_seeds(before, after, level):
    """The two variances added, with Satterthwaite's degrees of freedom."""
    differences = np.array(after, float) - np.array(before, float)
    items, seeds = differences.mean(axis=0), differences.mean(axis=1)
    of_items = items.var(ddof=1) / len(items)
    of_seeds = seeds.var(ddof=1) / len(seeds)
    total = of_items + of_seeds
    freedom = total**2 / (of_items**2 / (len(items) - 1) + of_seeds**2 / (len(seeds) - 1))
    mean, error = differences.mean(), total**0.5
    low, high = stats.t.interval(level, freedom, mean, error)
    return [float(mean), float(low), float(high), float(2 * stats.t.sf(abs(mean / error), freedom))]


FUNCTIONS = {
    "t_test": lambda t, degrees: float(2 * stats.t.sf(abs(t), degrees)),
    "over_seeds": over_seeds,
    "wilson": lambda k, n, level: [float(v) for v in proportion_confint(k, n, 1 - level, method="wilson")],
    "mcnemar": lambda b, c: float(mcnemar([[0, b], [c, 0]], exact=True).pvalue),
    "holm": lambda ps: [float(p) for p in multipletests(ps, method="holm")[1]],
    "clustered_mean": clustered_mean,
    "z_test": lambda a, b, n: float(proportions_ztest([a, b], [n, n])[1]),
    "newcombe": lambda a, b, n, level: [
        float(v) for v in confint_proportions_2indep(b, n, a, n, method="newcomb", alpha=1 - level)
    ],
    "connor": connor,
}

json.dump([FUNCTIONS[name](*given) for name, given in json.load(sys.stdin)], sys.stdout)
