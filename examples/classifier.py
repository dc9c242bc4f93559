"""Tell the half of the year from a day's power demand, in scikit-learn's way.

python examples/classifier.py
"""

from italy import load
from sklearn.metrics import classification_report
from sklearn.model_selection import GridSearchCV

from glasscell import LSTMClassifier

train, test = load("TRAIN"), load("TEST")

classifier = LSTMClassifier(random_state=0).fit(train.x, train.y)
print(classification_report(test.y, classifier.predict(test.x), digits=3))

for hours in (6, 12, 18, 24):  # what can be told by then?
    right = classifier.predict(test.x, prefix=hours) == test.y
    print(f"after {hours:2} hours {right.mean():.3f} are right")

# All of scikit-learn's tools take it.
search = GridSearchCV(LSTMClassifier(epochs=60, random_state=0), {"units": [8, 32]}, cv=3).fit(train.x, train.y)
print(f"by three-fold validation, {search.best_params_['units']} units are best: {search.best_score_:.3f}")
