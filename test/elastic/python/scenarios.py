"""The Python client of Elasticsearch, unmodified, against a server of ours. Prints a line for each scenario that passed."""
import sys
from elasticsearch import ApiError, Elasticsearch, NotFoundError, __versionstr__, helpers

client = Elasticsearch(sys.argv[1])
index = "py-" + __versionstr__.split(".")[0]


def passed(name):
    print("ok", name, flush=True)


assert client.ping()
assert client.info()["tagline"] == "You Know, for Search"
passed("ping and info")

assert not client.indices.exists(index=index)
assert client.indices.create(index=index, settings={"number_of_shards": 3})["acknowledged"]
assert client.indices.exists(index=index)
passed("create an index")

documents = [
    {"_index": index, "_id": f"id-{i}", "_source": {"n": i, "level": ["info", "warn", "error"][i % 3], "text": f"order number {i} was shipped"}}
    for i in range(250)
]
assert helpers.bulk(client, documents) == (250, [])
passed("helpers.bulk")

found = client.search(index=index, query={"match": {"text": {"query": "order 42", "operator": "and"}}})
assert found["hits"]["total"] == {"value": 1, "relation": "eq"}, found
assert found["hits"]["hits"][0]["_source"]["n"] == 42
passed("a search finds what was just written")

assert client.count(index=index, query={"term": {"level": "error"}})["count"] == 83
passed("count")

document = client.get(index=index, id="id-7")
assert document["_source"]["n"] == 7
assert client.get(index=index, id=found["hits"]["hits"][0]["_id"])["_source"]["n"] == 42
assert not client.exists(index=index, id="id-9999")
try:
    client.get(index=index, id="id-9999")
    raise AssertionError("a document that is not there was found")
except NotFoundError:
    pass
passed("get by key and by the id of a hit")

aggregated = client.search(
    index=index,
    size=0,
    aggs={"levels": {"terms": {"field": "level"}, "aggs": {"mean": {"avg": {"field": "n"}}, "best": {"top_hits": {"size": 1, "sort": [{"n": "desc"}]}}}}},
)["aggregations"]["levels"]["buckets"]
assert [(b["key"], b["doc_count"]) for b in aggregated] == [("info", 84), ("error", 83), ("warn", 83)], aggregated
assert aggregated[0]["mean"]["value"] == sum(range(0, 250, 3)) / 84
assert aggregated[0]["best"]["hits"]["hits"][0]["_source"]["n"] == 249
passed("aggregations")

scanned = sorted(hit["_source"]["n"] for hit in helpers.scan(client, index=index, size=40))
assert scanned == list(range(250)), len(scanned)
passed("helpers.scan pages with scroll")

pit = client.open_point_in_time(index=index, keep_alive="1m")["id"]
client.index(index=index, document={"n": 1000, "level": "late"})
pages, after = [], None
while True:
    page = client.search(pit={"id": pit, "keep_alive": "1m"}, size=60, sort=[{"level": "asc"}], search_after=after)
    hits = page["hits"]["hits"]
    if not hits:
        break
    pages += [hit["_source"]["n"] for hit in hits]
    after = hits[-1]["sort"]
assert sorted(pages) == list(range(250)), len(pages)
assert client.close_point_in_time(id=pit)["succeeded"]
passed("a point in time does not see what comes later")

assert client.count(index=index)["count"] == 251
two = client.msearch(searches=[{"index": index}, {"query": {"match_all": {}}, "size": 1}, {"index": "no-such"}, {"query": {"match_all": {}}}])["responses"]
assert two[0]["hits"]["total"]["value"] == 251 and two[1]["status"] == 404, two
passed("msearch")

mapping = client.indices.get_mapping(index=index)[index]["mappings"]["properties"]
assert mapping["n"]["type"] == "long" and mapping["level"]["fields"]["keyword"]["type"] == "keyword", mapping
fields = client.field_caps(index=index, fields="*")["fields"]
assert fields["n"]["long"]["aggregatable"]
assert any(row["index"] == index for row in client.cat.indices(format="json"))
assert client.cluster.health()["status"] == "green"
passed("mapping, field capabilities, cat, health")

for wrong, kind in [({"nope": {}}, "parsing_exception"), ({"term": {"n": {"value": 1, "bogus": 2}}}, "parsing_exception")]:
    try:
        client.search(index=index, query=wrong)
        raise AssertionError("a wrong query was answered")
    except ApiError as error:
        assert error.status_code == 400 and error.body["error"]["type"] == kind, error.body
passed("errors have Elasticsearch's form")

assert client.indices.delete(index=index)["acknowledged"]
assert not client.indices.exists(index=index)
passed("delete the index")
