#include "libs/log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

#include "libs/base/time.h"
#include "libs/base/utf8.h"
#include "libs/log/trace.h"

namespace muara::log {
namespace {

std::string& ServiceName() {
  static std::string name = "muara";
  return name;
}

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("muara",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *logger;
}

void AppendString(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const char c = text.front();
    const size_t size = Utf8Bytes(text);
    if (size == 0) {
      out.push_back('?');  // or the line would be no JSON
    } else if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(std::max<size_t>(size, 1));
  }
  out.push_back('"');
}

struct AppendValue {
  std::string& out;
  void operator()(int64_t value) const { out += std::to_string(value); }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(double value) const {
    fmt::format_to(std::back_inserter(out), "{:.6g}", std::isfinite(value) ? value : -1.0);
  }
  void operator()(const std::string& value) const { AppendString(out, value); }
};

spdlog::level::level_enum ToSpdlog(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

const char* LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "error";
}

}  // namespace

void Init(std::string_view service, Level level) {
  ServiceName() = service;
  Logger().set_level(ToSpdlog(level));
}

void Write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!Logger().should_log(ToSpdlog(level))) return;
  std::string line = "{\"time\":\"" + ToRfc3339(SystemClock().Now()) + "\",\"level\":\"";
  line += LevelName(level);
  line += "\",\"service\":\"" + ServiceName() + "\",\"message\":";
  AppendString(line, message);
  if (const std::string& trace = trace::Current().trace_id; !trace.empty()) {
    line += ",\"trace_id\":\"" + trace + "\"";
  }
  for (const Field& field : fields) {
    line.push_back(',');
    AppendString(line, field.name);
    line.push_back(':');
    std::visit(AppendValue{line}, field.value);
  }
  line.push_back('}');
  Logger().log(ToSpdlog(level), line);
}

}  // namespace muara::log
