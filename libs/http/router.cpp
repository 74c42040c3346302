#include "libs/http/router.h"

#include <algorithm>
#include <utility>

namespace muara::http {
namespace {

bool Matches(const Route& route, std::string_view path) {
  return route.is_prefix ? path.starts_with(route.path) : path == route.path;
}

bool Takes(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET" &&
                                    std::holds_alternative<Handler>(route.target));
}

}  // namespace

void Router::Add(std::string method, std::string path, decltype(Route::target) target) {
  const bool is_prefix = path.ends_with("/*");
  if (is_prefix) path.pop_back();
  routes_.push_back({std::move(method), std::move(path), is_prefix, std::move(target)});
  std::stable_sort(routes_.begin(), routes_.end(), [](const Route& a, const Route& b) {
    if (a.is_prefix != b.is_prefix) return b.is_prefix;
    return a.path.size() > b.path.size();
  });
}

void Router::SetRest(Handler handler) {
  rest_.clear();
  rest_.push_back({"", "/", true, std::move(handler)});
}

Router::Match Router::Find(std::string_view method, std::string_view path) const {
  Match match;
  const std::string* matched_path = nullptr;
  for (const Route& route : routes_) {
    // A less exact route does not answer for the methods that a more exact one leaves out.
    if (matched_path != nullptr && route.path != *matched_path) break;
    if (!Matches(route, path)) continue;
    if (Takes(route, method)) return {&route, ""};
    matched_path = &route.path;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  if (matched_path == nullptr && !rest_.empty()) return {&rest_.front(), ""};
  return match;
}

}  // namespace muara::http
