"""Finding tickets over REST: words, filters, marks, pages and views."""

import uuid

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


def fresh_word():
    return "zx" + uuid.uuid4().hex[:10]


def find(api, query="", **request):
    return api.call("POST", "/v1/tickets:search", {"query": query, **request})


def test_a_mail_is_found_by_its_words_and_what_is_found_is_marked(system, ani):
    word = fresh_word()
    customer = MailCustomer(system)
    customer.write(f"Halo {word}", "The printers are smoking, tolong segera dibayar")

    def hit(query):
        hits = find(ani.api, query).get("hits", [])
        return hits[0] if len(hits) == 1 else None

    found = eventually(lambda: hit(f"{word} printer membayar"), what="the mail in the index")
    assert found["subject"] == [{"text": "Halo ", "found": False},
                                {"text": word, "found": True}]
    marked = [one["text"] for one in found["message"] if one.get("found")]
    assert marked == ["printers", "dibayar"]
    assert hit(f'"are smoking" {word}') is not None
    assert hit(f'"smoking are" {word}') is None
    assert hit(f"{word} -printer") is None


def test_a_filter_narrows_and_follows_changes(system, ani):
    word = fresh_word()
    MailCustomer(system).write(word, "Hello")
    ticket_id = ani.find_ticket(subject=word)["id"]
    ani.take(ticket_id)
    mine = {"assigneeAgentIds": ["me"], "statuses": ["TICKET_STATUS_OPEN"]}

    def ids(**filters):
        return [one["ticket"]["id"] for one in find(ani.api, word, filter=filters).get("hits", [])]

    eventually(lambda: ids(**mine) == [ticket_id], what="the ticket among mine")
    assert ids(queueIds=["nowhere"]) == []
    assert ids(accountIds=["none"]) == [ticket_id]
    assert ids(accountIds=["another"]) == []
    ani.api.post(f"/v1/tickets/{ticket_id}:resolve", {})
    eventually(lambda: ids(statuses=["TICKET_STATUS_RESOLVED"]) == [ticket_id],
               what="the resolved ticket")
    assert ids(**mine) == []


def test_views_are_kept_counted_and_shared(system, ani):
    name = fresh_word()
    view = ani.api.post("/v1/views", {"name": name, "shared": True,
                                      "filter": {"queueIds": ["mail"]}})
    listed = {one["view"]["name"]: one for one in ani.api.get("/v1/views")["views"]}
    assert listed[name]["view"]["owner"] == "agents/ani"
    assert listed[name].get("count", 0) >= 0
    counted = ani.api.get(f"/v1/views/{view['id']}/count")
    assert counted["view"]["name"] == name
    assert counted.get("count", 0) >= listed[name].get("count", 0)
    assert all(hit["ticket"]["queueId"] == "mail"
               for hit in ani.api.get(f"/v1/views/{view['id']}/tickets").get("hits", []))
    with pytest.raises(local.ApiError) as caught:
        ani.api.post("/v1/views", {"name": ""})
    assert caught.value.reason == "INVALID_FIELDS"


def test_a_search_says_what_is_wrong_with_it(ani):
    with pytest.raises(local.ApiError) as caught:
        find(ani.api, "-only -minus")
    assert (caught.value.status, caught.value.reason) == (400, "INVALID_FIELDS")
    with pytest.raises(local.ApiError):
        find(ani.api, "x", filter={"colour": "red"})
