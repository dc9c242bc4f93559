"""Classify days of power demand by half of the year, in scikit-learn's way.

python examples/classifier.py
"""

from italy import load
from sklearn.metrics import classification_report
from sklearn.model_selection import GridSearchCV

from glasscell import LSTMClassifier

train, test = load("TRAIN"), load("TEST")

classifier = LSTMClassifier(random_state=0).fit(train.x, train.y)
print(classification_report(test.y, classifier.predict(test.x), digits=3))

for hours in (6, 12, 18, 24):  # from a part of the day
    right = classifier.predict(test.x, prefix=hours) == test.y
    print(f"after {hours:2} hours: accuracy {right.mean():.3f}")

# It works with all tools of scikit-learn.
candidates = {"units": [16, 64]}
search = GridSearchCV(LSTMClassifier(epochs=40, random_state=0), candidates, cv=3)
search.fit(train.x, train.y)
print(f"best by 3-fold cross-validation: {search.best_params_}, accuracy {search.best_score_:.3f}")
