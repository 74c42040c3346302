// A path of google.api.http: "/v1/tickets/{id}:reply", "/v1/{name=shelves/*/books/**}". Matched
// against the path as it was sent; what variables capture comes out decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/result.h"

namespace muara::gateway {

// Field path ("name", "ticket.id") and value.
using Captures = std::vector<std::pair<std::string, std::string>>;

class PathTemplate {
 public:
  static Result<PathTemplate> Parse(std::string_view text);

  std::optional<Captures> Match(std::string_view path) const;
  // As OpenAPI writes it: "/v1/tickets/{id}:reply".
  std::string Pattern() const;
  std::vector<std::string> Variables() const;
  // Literal segments; a path that several templates match belongs to the one with the most.
  int literals() const;

 private:
  struct Segment {
    enum class Kind { kLiteral, kOne, kRest };
    Kind kind = Kind::kLiteral;
    std::string literal;
  };
  struct Variable {
    std::string field;
    size_t begin = 0;  // index of its first segment
    size_t end = 0;    // after its last
  };
  Status ParseSegment(std::string_view text);
  Status ParseVariable(std::string_view text);

  std::vector<Segment> segments_;
  std::vector<Variable> variables_;
  std::string verb_;
};

}  // namespace muara::gateway
