"""The same search by numpy (what faiss-flat computes, by the same BLAS) and by the Qdrant client's local mode.

usage: memory-search.py VECTORS QUERIES LIMIT LOCAL_MODE_LIMIT

VECTORS and QUERIES are files of 48 float32 each. Prints one line for each: name, p50 and p99 in milliseconds.
"""

import sys
import time

import numpy

vectors = numpy.fromfile(sys.argv[1], dtype="<f4").reshape(-1, 48)
queries = numpy.fromfile(sys.argv[2], dtype="<f4").reshape(-1, 48)
limit, most = int(sys.argv[3]), int(sys.argv[4])


def measure(name, search):
    search(queries[0])
    times = []
    for query in queries:
        start = time.perf_counter()
        search(query)
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    print(name, times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))], sep="\t", flush=True)


def flat(query):
    scores = vectors @ query
    best = numpy.argpartition(scores, -limit)[-limit:]
    return best[numpy.argsort(-scores[best])]


measure("numpy, flat", flat)
try:
    import faiss

    index = faiss.IndexFlatIP(48)
    index.add(vectors)
    measure("faiss-flat", lambda query: index.search(query.reshape(1, -1), limit))
except ImportError:
    pass
if len(vectors) <= most:
    from qdrant_client import QdrantClient, models

    client = QdrantClient(":memory:")
    client.create_collection("incidents", vectors_config=models.VectorParams(size=48, distance=models.Distance.COSINE))
    client.upload_collection("incidents", vectors=vectors, ids=range(len(vectors)))
    measure("qdrant-client, local mode", lambda query: client.query_points("incidents", query=query.tolist(), limit=limit))
