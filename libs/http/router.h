// Which handler a request goes to. Filled before the server starts, read only afterwards.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libs/http/server.h"

namespace muara::http {

struct WebSocketRoute {
  OriginCheck origin;
  WebSocketHandler handler;
};

struct Route {
  std::string method;
  std::string path;  // without the trailing '*' of a prefix
  bool is_prefix = false;
  std::variant<Handler, EventHandler, WebSocketRoute> target;
};

class Router {
 public:
  void Add(std::string method, std::string path, decltype(Route::target) target);
  void SetRest(Handler handler);

  struct Match {
    const Route* route = nullptr;
    std::string allow;  // where route is null: the methods of that path; empty: no such path
  };
  Match Find(std::string_view method, std::string_view path) const;

 private:
  std::vector<Route> routes_;
  std::vector<Route> rest_;  // none or one
};

}  // namespace muara::http
