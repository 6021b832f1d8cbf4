"""The sentences that people rated: reading them, and fetching them from their public addresses.

Four sets of Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of
Social Media Text", ICWSM 2014 (MIT License), rated from -4 to 4 by at least 20 people each; and
Pang and Lee's sentence polarity data set v1.0, ACL 2005 (CC BY 4.0), labelled pos or neg. The
movie snippets are the same sentences as the polarity data set: never count both as two tests.
"""

import csv
import gzip
import io
import tarfile
import urllib.request
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

URL = "https://github.com/cjhutto/vaderSentiment"
RATINGS = (
    "https://raw.githubusercontent.com/cjhutto/vaderSentiment/"
    "44fc044cd877310ee8278a0eadf34bcd50d41d06/additional_resources/hutto_ICWSM_2014.tar.gz"
)
POLARITY = (
    "https://raw.githubusercontent.com/nltk/nltk_data/"
    "5db857e6f7df11eabb5e5665836db9ec8df07e28/packages/corpora/sentence_polarity.zip"
)
RATED = {
    "tweets": "tweets_ground_truth.csv.gz",
    "Amazon reviews": "amazon_review_snippets.csv.gz",
    "film reviews": "movie_review_snippets.csv.gz",
    "newspaper editorials": "nyt_editorial_snippets.csv.gz",
}
LABELLED = "sentence_polarity.csv.gz"
MEMBERS = {
    "tweets_GroundTruth.txt": RATED["tweets"],
    "amazonReviewSnippets_GroundTruth.txt": RATED["Amazon reviews"],
    "movieReviewSnippets_GroundTruth.txt": RATED["film reviews"],
    "nytEditorialSnippets_GroundTruth.txt": RATED["newspaper editorials"],
}


def read(folder: Path, name: str) -> pd.DataFrame:
    """Return a file: `text` and `mean_rating` or `label`; FileNotFoundError says how to get it."""
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(
            f"no {name} in the data folder: add --download to fetch it (needs the internet)"
        )
    kinds = {"id": "str", "text": "str", "label": "str", "mean_rating": "float64"}
    return pd.read_csv(path, dtype=kinds, keep_default_na=False)


def download(folder: Path) -> None:
    """Fetch both archives and write the five files into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for address, convert in ((RATINGS, convert_ratings), (POLARITY, convert_polarity)):
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310  # https above
            convert(answer.read(), folder)


def convert_ratings(archive: bytes, folder: Path) -> None:
    """Write the authors' four tab-separated files as CSV: id, mean_rating, text."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if (name := MEMBERS.get(Path(member.name).name)) and content:
                lines = content.read().decode("utf-8").split("\n")
                rows = (line.split("\t", 2) for line in lines if line.strip())
                _write(folder / name, ("id", "mean_rating", "text"), rows)


def convert_polarity(archive: bytes, folder: Path) -> None:
    """Write the polarity data set's two files as one CSV: label, text, positives first."""
    rows = []
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for label in ("pos", "neg"):
            content = files.read(f"sentence_polarity/rt-polarity.{label}").decode("utf-8")
            rows += [[label, line] for line in content.split("\n") if line.strip()]
    _write(folder / LABELLED, ("label", "text"), rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell.strip() for cell in row] for row in rows)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), mtime=0))
