"""People and their companies over REST."""

import base64
import hashlib
import uuid

import pytest
from kit.system import eventually, local


def fresh(stem):
    return f"{stem}-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


@pytest.fixture
def writer(system, admin):
    """Hands in messages as a system that vouches for its senders."""
    key = admin.post("/v1/apiKeys", {"displayName": "crm", "roles": ["ROLE_INTEGRATOR"], "days": 1})
    api = local.Api(system.gateway)
    api.token = key["secret"]

    def write(address, text="Hello", assurance="ASSURANCE_CHANNEL_VERIFIED", **fields):
        answer = api.post("/v1/interactions:submit", {"submissions": [{
            "idempotencyKey": uuid.uuid4().hex,
            "payloadDigest": hashlib.sha256(text.encode()).hexdigest(),
            "channel": "CHANNEL_API", "endpoint": "form",
            "sender": {"kind": "CONTACT_POINT_KIND_EMAIL", "value": address,
                       "displayName": "Sari Dewi", "assurance": assurance},
            "content": {"subject": "About " + text[:20], "text": text}, **fields}]})
        return answer["results"][0]

    write.api = api
    yield write
    admin.post(f"/v1/apiKeys/{key['apiKey']['id']}:revoke")


def refusal(call):
    with pytest.raises(local.ApiError) as caught:
        call()
    return caught.value


def patch(api, path, *names, **fields):
    return api.call("PATCH", path, {"updateFields": list(names), "requestId": uuid.uuid4().hex,
                                    **fields})


def test_a_verified_sender_joins_the_account_of_its_domain(admin, writer):
    domain = fresh("toko") + ".co.id"
    account = admin.post("/v1/contact-accounts", {"name": "Toko Élan", "domains": [domain.upper()]})
    assert account["domains"] == [domain]
    sent = writer(f"sari@mail.{domain}")
    assert admin.get(f"/v1/contacts/{sent['contactId']}")["accountId"] == account["id"]
    assert admin.get(f"/v1/tickets/{sent['ticketId']}")["accountId"] == account["id"]
    claimed = writer(f"budi@{domain}", assurance="ASSURANCE_CLAIMED")
    assert admin.get(f"/v1/contacts/{claimed['contactId']}")["accountId"] == ""
    taken = refusal(lambda: admin.post("/v1/contact-accounts", {"name": "B", "domains": [domain]}))
    assert (taken.status, taken.reason) == (409, "DOMAIN_TAKEN")
    assert account["id"] in str(taken.problem)
    free = refusal(lambda: admin.post("/v1/contact-accounts",
                                      {"name": "B", "domains": ["gmail.com"]}))
    assert free.status == 400 and "anyone may have an address" in str(free.problem)
    found = admin.get(f"/v1/contact-accounts?domainPrefix={domain[:8]}")["accounts"]
    assert account["id"] in [one["id"] for one in found]
    found = admin.get("/v1/contact-accounts?namePrefix=toko%20elan")["accounts"]
    assert account["id"] in [one["id"] for one in found]
    in_use = refusal(lambda: admin.call("DELETE", f"/v1/contact-accounts/{account['id']}"
                                        f"?requestId={uuid.uuid4().hex}"))
    assert in_use.reason == "ACCOUNT_IN_USE"


def test_a_contract_wins_over_the_rules_for_the_tickets_of_its_account(admin, writer):
    policy = fresh("gold")
    admin.post("/v1/slaPolicies", {
        "id": policy, "targets": [{"kind": "SLA_TARGET_KIND_RESOLUTION",
                                   "durationSeconds": 7200}]})
    sent = writer(fresh("ani") + "@x.test")
    account = admin.post("/v1/contact-accounts",
                         {"name": "Gold", "contractSlaPolicyId": policy})
    path = f"/v1/contacts/{sent['contactId']}"
    patch(admin, path, "account_id", accountId=account["id"])
    ticket = f"/v1/tickets/{sent['ticketId']}"
    assert admin.get(ticket)["accountId"] == account["id"]

    def policies():
        clocks = admin.get(ticket + "/sla").get("clocks", [])
        return {one["clock"]["policyId"] for one in clocks
                if one["clock"]["state"] == "SLA_CLOCK_STATE_RUNNING"}

    assert policies() == {policy}
    patch(admin, f"/v1/contact-accounts/{account['id']}", "contract_sla_policy_id")
    eventually(lambda: policy not in policies(), what="the clocks without the contract")


def test_a_contact_carries_tags_checked_fields_language_and_zone(admin, writer):
    key = fresh("plan")
    admin.call("PUT", f"/v1/custom-fields/contacts/{key}", {
        "requestId": uuid.uuid4().hex, "label": "Plan", "type": "CUSTOM_FIELD_TYPE_CHOICE",
        "options": ["gold", "silver"]})
    path = f"/v1/contacts/{writer(fresh('sari') + '@x.test')['contactId']}"
    patch(admin, path, "fields", "tags", "language", "time_zone",
          fields=[{"key": key, "choice": "gold"}], tags=["vip"], language="id",
          timeZone="Asia/Jakarta")
    contact = admin.get(path)
    assert contact["fields"] == [{"key": key, "choice": "gold"}]
    assert (contact["tags"], contact["language"]) == (["vip"], "id")
    assert contact["timeZone"] == "Asia/Jakarta"
    wrong = refusal(lambda: patch(admin, path, "fields", fields=[{"key": key, "choice": "tin"}]))
    assert wrong.status == 400 and "fields." + key in str(wrong.problem)
    assert refusal(lambda: patch(admin, path, "time_zone", timeZone="Mars/Base")).status == 400


EMAIL = "CONTACT_POINT_KIND_EMAIL"
VOUCHED = "ASSURANCE_CUSTOMER_VERIFIED"


def test_a_point_is_claimed_until_a_supervisor_vouches_for_it(system, admin, writer):
    citra, ani = system.sign_in("citra"), system.sign_in("ani")
    path = f"/v1/contacts/{writer(fresh('sari') + '@x.test')['contactId']}"
    claimed, taken = fresh("home") + "@x.test", fresh("budi") + "@x.test"
    other = writer(taken)["contactId"]
    ani.post(path + ":addPoint", {"point": {"kind": EMAIL, "value": claimed}})
    assert writer(claimed)["contactId"] != path.split("/")[-1], "found by a mere claim"
    vouch = {"point": {"kind": EMAIL, "value": fresh("work") + "@x.test", "assurance": VOUCHED}}
    assert refusal(lambda: ani.post(path + ":addPoint", {**vouch, "reason": "x"})).status == 403
    assert refusal(lambda: citra.post(path + ":addPoint", vouch)).status == 400
    citra.post(path + ":addPoint", {**vouch, "reason": "called back"})
    assert writer(vouch["point"]["value"])["contactId"] == path.split("/")[-1]
    refused = refusal(lambda: ani.post(path + ":addPoint",
                                       {"point": {"kind": EMAIL, "value": taken}}))
    assert (refused.status, refused.reason) == (409, "POINT_TAKEN")
    assert other in str(refused.problem)
    contact = citra.post(path + ":removePoint", {"point": {"kind": EMAIL, "value": claimed}})
    assert claimed not in str(contact["points"])


def test_contacts_are_merged_for_everything_that_is_asked_and_unmerged_again(admin, writer):
    ours, theirs = fresh("a") + "@x.test", fresh("b") + "@x.test"
    first, second = writer(ours, "from a"), writer(theirs, "from b")
    a, b = f"/v1/contacts/{first['contactId']}", f"/v1/contacts/{second['contactId']}"

    def tickets(contact):
        found = admin.get("/v1/tickets?contactId=" + contact.split("/")[-1])["tickets"]
        return {one["id"] for one in found}

    assert refusal(lambda: admin.post(a + ":merge", {"into": first["contactId"]})).reason == \
        "CONTACT_MERGE_INTO_SELF"
    merged = admin.post(b + ":merge", {"into": first["contactId"], "reason": "same person"})
    assert merged["mergedInto"] == first["contactId"]
    both = {first["ticketId"], second["ticketId"]}
    assert tickets(a) == tickets(b) == both
    assert writer(theirs, "again")["contactId"] == first["contactId"]
    said = [one["interaction"]["content"]["text"] for one in admin.get(b + "/timeline")["entries"]]
    assert said == ["again", "from b", "from a"]
    again = refusal(lambda: admin.post(b + ":merge", {"into": first["contactId"]}))
    assert again.reason == "CONTACT_ALREADY_MERGED"
    admin.post(b + ":unmerge")
    assert tickets(b) == {second["ticketId"]}
    assert writer(theirs, "at last")["contactId"] == second["contactId"]


def test_candidates_say_why_they_may_be_the_same(admin, writer):
    address = fresh("sari") + "@x.test"
    known = writer(address)["contactId"]
    claims = writer(fresh("other") + "@x.test", claimedPoints=[{"kind": EMAIL, "value": address}])
    found = admin.get(f"/v1/contacts/{known}/merge-candidates")["candidates"]
    assert [(one["contact"]["id"], one["reason"]) for one in found] == \
        [(claims["contactId"], "SHARED_CLAIM")]


def test_the_timeline_has_pages_and_notes_are_kept_beside_it(system, admin, writer):
    address = fresh("sari") + "@x.test"
    for text in ("one", "two", "three"):
        contact = writer(address, text)["contactId"]
    path = f"/v1/contacts/{contact}"
    page = admin.get(path + "/timeline?pageSize=2")
    rest = admin.get(path + "/timeline?pageSize=2&pageToken=" + page["nextPageToken"])
    entries = page["entries"] + rest["entries"]
    assert [one["interaction"]["content"]["text"] for one in entries] == ["three", "two", "one"]
    for entry in entries:
        ticket = admin.get(f"/v1/tickets/{entry['interaction']['ticketId']}")
        assert entry["ticketReference"] == ticket["reference"]
        assert entry["interaction"]["channel"] == "CHANNEL_API"
    note = system.sign_in("ani").post(path + "/notes", {"text": "likes tea"})
    assert [one["text"] for one in admin.get(path + "/notes")["notes"]] == ["likes tea"]
    gone = f"{path}/notes/{note['id']}?requestId={uuid.uuid4().hex}"
    assert refusal(lambda: system.sign_in("budi").call("DELETE", gone)).reason == "NOT_YOUR_NOTE"
    stale = refusal(lambda: admin.call("DELETE", gone + "&expectedVersion=2"))
    assert (stale.status, stale.reason) == (409, "STALE_VERSION")
    admin.call("DELETE", f"{gone}&expectedVersion={note['version']}")
    assert admin.get(path + "/notes")["notes"] == []


def test_a_table_comes_in_row_by_row_and_out_again(admin, writer):
    one, two = fresh("one") + "@x.test", fresh("two") + "@x.test"
    crm = fresh("crm")
    table = ("\ufeffdisplay_name,email,external_id,time_zone\r\n"
             f'"Sari, ""the"" One",{one.upper()},{crm},Asia/Jakarta\r\n'
             f"Budi,{two},,Mars/Base\r\n"
             f"'=SUM(A1),{two},,\r\n")

    def bring(text, **fields):
        return admin.post("/v1/contacts:import", {
            "csv": base64.b64encode(text.encode()).decode(), **fields})

    tried = bring(table, dryRun=True)
    assert (tried["created"], tried["refused"]) == (2, 1)
    assert admin.get(f"/v1/contacts?point={one}")["contacts"] == []
    done = bring(table, requestId=crm)
    assert (done["created"], done["refused"]) == (2, 1)
    assert done["problems"][0]["line"] == 3 and done["problems"][0]["column"] == "time_zone"
    assert bring(table, requestId=crm) == done
    again = bring(table)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)
    contact = admin.get(f"/v1/contacts?point={one}")["contacts"][0]
    assert (contact["displayName"], contact["externalId"]) == ('Sari, "the" One', crm)
    assert writer(one)["contactId"] == contact["id"]
    assert refusal(lambda: bring("a;b\n1;2\n")).status == 400
    rows, token = "", ""
    while True:
        page = admin.get("/v1/contacts:export?pageSize=200" + (f"&pageToken={token}" if token else ""))
        rows, token = rows + page["csv"], page["nextPageToken"]
        if not token:
            break
    assert "'=SUM(A1)" in rows and rows.startswith("external_id,")
    back = bring(rows)
    assert (back["created"], back["updated"], back["refused"]) == (0, 0, 0), back["problems"]
    assert back["unchanged"] >= 2
