#include "muara/ticket/v1/search.pb.h"

#include "libs/rpc/request.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/search.h"
#include "services/ticket/wire/tickets.h"

namespace muara::ticket {
namespace {

constexpr int kViewCountMax = 1000;

ViewRights RightsOf(const rpc::Call& call) {
  const bool leads =
      call.principal.Has(rpc::Role::kSupervisor) || call.principal.Has(rpc::Role::kAdmin);
  return leads ? ViewRights::kShared : ViewRights::kOwn;
}

v1::SearchTicketsResponse ToProto(const SearchPage& page,
                                  const google::protobuf::Message& request) {
  v1::SearchTicketsResponse response;
  for (const SearchHit& hit : page.hits) {
    v1::SearchHit* out = response.add_hits();
    *out->mutable_ticket() = wire::ToProto(hit.ticket);
    wire::AddFragments(hit.subject, out->mutable_subject());
    wire::AddFragments(hit.message, out->mutable_message());
    out->set_message_sequence(hit.message_sequence);
  }
  if (!page.next.empty()) response.set_next_page_token(rpc::NextPageToken(request, page.next));
  return response;
}

Result<v1::SearchTicketsResponse> SearchTickets(Search& search, const rpc::Call& call,
                                                const v1::SearchTicketsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const SearchQuery query, ParseSearch(request.query()));
  ASSIGN_OR_RETURN(const Filter filter, wire::FromProto(request.filter(), MeOf(call)));
  ASSIGN_OR_RETURN(const SearchPage found, search.Find(query, filter, page.size, page.after));
  return ToProto(found, request);
}

Result<Filter> FilterOf(const View& view, const rpc::Call& call) {
  return wire::FromProto(wire::ToProto(view).filter(), MeOf(call));
}

v1::CountedView ToProto(const View& view, const store::Counted& counted) {
  v1::CountedView out;
  *out.mutable_view() = wire::ToProto(view);
  out.set_count(static_cast<int>(counted.count));
  out.set_at_least(counted.at_least);
  return out;
}

Result<v1::ListViewsResponse> ListViews(Views& views, Search& search, const rpc::Call& call) {
  ASSIGN_OR_RETURN(const auto listed, views.List(call.principal.subject));
  std::vector<Filter> filters;
  for (const View& view : listed) {
    ASSIGN_OR_RETURN(Filter filter, FilterOf(view, call));
    filters.push_back(std::move(filter));
  }
  ASSIGN_OR_RETURN(const auto counts, search.CountMany(filters, kViewCountMax));
  v1::ListViewsResponse response;
  for (size_t i = 0; i < listed.size(); ++i) {
    *response.add_views() = ToProto(listed[i], counts[i]);
  }
  return response;
}

Result<v1::CountedView> CountView(Views& views, Search& search, const rpc::Call& call,
                                  const v1::CountViewRequest& request) {
  ASSIGN_OR_RETURN(const View view, views.Get(request.id(), call.principal.subject));
  ASSIGN_OR_RETURN(const Filter filter, FilterOf(view, call));
  ASSIGN_OR_RETURN(const store::Counted counted, search.Count(filter, kViewCountMax));
  return ToProto(view, counted);
}

Result<v1::SearchTicketsResponse> ListViewTickets(Views& views, Search& search,
                                                  const rpc::Call& call,
                                                  const v1::ListViewTicketsRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const View view, views.Get(request.id(), call.principal.subject));
  ASSIGN_OR_RETURN(const Filter filter, FilterOf(view, call));
  ASSIGN_OR_RETURN(const SearchPage found, search.Find({}, filter, page.size, page.after));
  return ToProto(found, request);
}

template <class Request>
Result<View> ViewOf(const rpc::Call& call, const Request& request) {
  if (request.name().empty() || request.name().size() > kViewNameBytesMax) {
    return InvalidFields({{"name", "is not 1 to 100 bytes"}});
  }
  RETURN_IF_ERROR(wire::FromProto(request.filter(), MeOf(call)));
  View view;
  view.name = request.name();
  view.owner = call.principal.subject;
  view.shared = request.shared();
  view.filter = request.filter().SerializeAsString();
  return view;
}

Result<v1::View> Answer(const Result<View>& view) {
  if (!view.ok()) return view.error();
  return wire::ToProto(*view);
}

Result<v1::View> CreateView(Views& views, const rpc::Call& call,
                            const v1::CreateViewRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  ASSIGN_OR_RETURN(View view, ViewOf(call, request));
  return Answer(views.Create(key, std::move(view)));
}

Result<v1::View> UpdateView(Views& views, const rpc::Call& call,
                            const v1::UpdateViewRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  ASSIGN_OR_RETURN(View view, ViewOf(call, request));
  view.id = request.id();
  return Answer(views.Update(edit, view, RightsOf(call)));
}

Result<v1::DeleteViewResponse> DeleteView(Views& views, const rpc::Call& call,
                                          const v1::DeleteViewRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  RETURN_IF_ERROR(views.Delete(edit, request.id(), RightsOf(call)));
  return v1::DeleteViewResponse();
}

}  // namespace

void ServeSearch(rpc::Server& server, Search& search, Views& views) {
  const std::string service = "muara.ticket.v1.Search/";
  server.Unary<v1::SearchTicketsRequest, v1::SearchTicketsResponse>(
      service + "SearchTickets", [&search](const rpc::Call& call, const auto& request) {
        return SearchTickets(search, call, request);
      });
  server.Unary<v1::ListViewsRequest, v1::ListViewsResponse>(
      service + "ListViews", [&search, &views](const rpc::Call& call, const auto&) {
        return ListViews(views, search, call);
      });
  server.Unary<v1::CountViewRequest, v1::CountedView>(
      service + "CountView", [&search, &views](const rpc::Call& call, const auto& request) {
        return CountView(views, search, call, request);
      });
  server.Unary<v1::ListViewTicketsRequest, v1::SearchTicketsResponse>(
      service + "ListViewTickets", [&search, &views](const rpc::Call& call, const auto& request) {
        return ListViewTickets(views, search, call, request);
      });
  server.Unary<v1::CreateViewRequest, v1::View>(
      service + "CreateView", [&views](const rpc::Call& call, const auto& request) {
        return CreateView(views, call, request);
      });
  server.Unary<v1::UpdateViewRequest, v1::View>(
      service + "UpdateView", [&views](const rpc::Call& call, const auto& request) {
        return UpdateView(views, call, request);
      });
  server.Unary<v1::DeleteViewRequest, v1::DeleteViewResponse>(
      service + "DeleteView", [&views](const rpc::Call& call, const auto& request) {
        return DeleteView(views, call, request);
      });
}

}  // namespace muara::ticket
