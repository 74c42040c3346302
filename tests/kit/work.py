"""Work as the routing service tells of it."""

from kit.system import local


def work_item(ani, ticket, **where):
    try:
        item = ani.api.get(f"/v1/workItems/{ticket}")
    except local.ApiError as error:
        if error.reason != "WORK_ITEM_NOT_FOUND":
            raise
        return None  # routing has not heard of it yet
    return item if all(item.get(name) == value for name, value in where.items()) else None
