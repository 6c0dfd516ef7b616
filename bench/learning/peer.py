"""Trains scikit-learn on rows from files and prints its CPU time and its probabilities as JSON.

peer.py LEARNER TRAIN TEST COLUMNS: the files hold doubles, column after column, the labels as the last column.
"""

import json
import sys
import time

import numpy
import sklearn
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer

LEARNERS = {
    "forest": lambda: RandomForestClassifier(
        n_estimators=200, min_samples_leaf=2, n_jobs=1, random_state=1
    ),
    "boosting": lambda: HistGradientBoostingClassifier(
        early_stopping=False, max_iter=100, max_leaf_nodes=31, random_state=1
    ),
    "gentle-boosting": lambda: HistGradientBoostingClassifier(
        early_stopping=False,
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=15,
        l2_regularization=1,
        random_state=1,
    ),
    "logistic": lambda: make_pipeline(
        KBinsDiscretizer(n_bins=20, encode="onehot-dense", strategy="quantile"),
        LogisticRegression(C=0.3, max_iter=1000),
    ),
}


def load(path, columns):
    table = numpy.fromfile(path).reshape(columns, -1)
    return numpy.ascontiguousarray(table[:-1].T), table[-1].astype(int)


def main():
    name, train, test, columns = sys.argv[1:]
    rows, labels = load(train, int(columns))
    learner = LEARNERS[name]()
    start = time.process_time()
    learner.fit(rows, labels)
    seconds = time.process_time() - start
    probabilities = learner.predict_proba(load(test, int(columns))[0])[:, 1].tolist()
    answer = {"version": sklearn.__version__, "cpuSeconds": seconds}
    print(json.dumps({**answer, "probabilities": probabilities}))


main()
