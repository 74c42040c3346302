#include "services/ticket/app/rules/macros.h"

#include "services/ticket/rpc/keeper.h"
#include "services/ticket/rpc/requests.h"
#include "services/ticket/rpc/serve.h"
#include "services/ticket/wire/rules_proto.h"

namespace muara::ticket {
namespace {

Result<v1::Macro> Answer(const Result<Macro>& macro) {
  if (!macro.ok()) return macro.error();
  return wire::ToProto(*macro);
}

template <class Request>
Macro MacroOf(const rpc::Call& call, const Request& request) {
  Macro macro;
  macro.name = request.name();
  macro.owner = call.principal.subject;
  macro.shared = request.shared();
  macro.actions = wire::ActionsOf(request.actions());
  return macro;
}

Result<v1::ListMacrosResponse> List(Macros& macros, const rpc::Call& call,
                                    const v1::ListMacrosRequest& request) {
  ASSIGN_OR_RETURN(const rpc::Page page, rpc::PageOf(request));
  ASSIGN_OR_RETURN(const auto found, macros.List(KeeperOf(call), page.size + 1, AfterOf(page)));
  v1::ListMacrosResponse response;
  size_t shown = 0;
  for (size_t bytes = 0; shown < std::min<size_t>(found.size(), page.size); ++shown) {
    v1::Macro one = wire::ToProto(found[shown]);
    bytes += one.ByteSizeLong();
    if (shown > 0 && bytes > kPageBytesMax) break;
    *response.add_macros() = std::move(one);
  }
  if (found.size() > shown) {
    const Macro& last = found[shown - 1];
    response.set_next_page_token(rpc::NextPageToken(request, {last.name, last.id}));
  }
  return response;
}

Result<v1::Macro> Create(Macros& macros, const rpc::Call& call,
                         const v1::CreateMacroRequest& request) {
  ASSIGN_OR_RETURN(const OperationKey key, rpc::KeyOf(request));
  return Answer(macros.Create(key, MacroOf(call, request), KeeperOf(call)));
}

Result<v1::Macro> UpdateMacro(Macros& macros, const rpc::Call& call,
                              const v1::UpdateMacroRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  Macro macro = MacroOf(call, request);
  macro.id = request.id();
  return Answer(macros.Update(edit, macro, KeeperOf(call)));
}

Result<v1::DeleteMacroResponse> Delete(Macros& macros, const rpc::Call& call,
                                       const v1::DeleteMacroRequest& request) {
  ASSIGN_OR_RETURN(const Edit edit, EditOf(call, request));
  RETURN_IF_ERROR(macros.Delete(edit, request.id(), KeeperOf(call)));
  return v1::DeleteMacroResponse();
}

Result<v1::Ticket> Apply(Macros& macros, const rpc::Call& call,
                         const v1::ApplyMacroRequest& request) {
  ASSIGN_OR_RETURN(const Change change, ChangeOf(call, request));
  RETURN_IF_ERROR(CheckText("macro_id", request.macro_id(), 1, 128));
  RETURN_IF_ERROR(CheckText("agent_name", request.agent_name(), 0, kNameBytesMax));
  if (request.seen_sequence() < 0) return InvalidFields({{"seen_sequence", "is negative"}});
  return Answer(macros.Apply(
      change, {request.macro_id(), request.seen_sequence(), request.agent_name()}, KeeperOf(call)));
}

}  // namespace

void ServeMacros(rpc::Server& server, Macros& macros) {
  const std::string service = "muara.ticket.v1.Macros/";
  server.Unary<v1::GetMacroRequest, v1::Macro>(
      service + "GetMacro", [&macros](const rpc::Call& call, const auto& request) {
        return Answer(macros.Get(request.id(), KeeperOf(call)));
      });
  server.Unary<v1::ListMacrosRequest, v1::ListMacrosResponse>(
      service + "ListMacros", [&macros](const rpc::Call& call, const auto& request) {
        return List(macros, call, request);
      });
  server.Unary<v1::CreateMacroRequest, v1::Macro>(
      service + "CreateMacro", [&macros](const rpc::Call& call, const auto& request) {
        return Create(macros, call, request);
      });
  server.Unary<v1::UpdateMacroRequest, v1::Macro>(
      service + "UpdateMacro", [&macros](const rpc::Call& call, const auto& request) {
        return UpdateMacro(macros, call, request);
      });
  server.Unary<v1::DeleteMacroRequest, v1::DeleteMacroResponse>(
      service + "DeleteMacro", [&macros](const rpc::Call& call, const auto& request) {
        return Delete(macros, call, request);
      });
  server.Unary<v1::ApplyMacroRequest, v1::Ticket>(
      service + "ApplyMacro", [&macros](const rpc::Call& call, const auto& request) {
        return Apply(macros, call, request);
      });
}

}  // namespace muara::ticket
