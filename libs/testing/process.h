// Child programs of a test: started in their own process group, ended by pid when the object goes.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace muara::testing {

struct Command {
  std::vector<std::string> arguments;                   // the program first, found by PATH
  std::map<std::string, std::string> environment = {};  // added to ours
  std::string output_path = "/dev/null";                // standard output and error
  std::string user = "";                                // run as this user, where we are root
};

class Process {
 public:
  explicit Process(const Command& command);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Signal(int signal) const;
  // Waits for its end; the exit code, or 128 + signal.
  int Wait();
  bool running();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

// Runs it to its end.
int RunToEnd(const Command& command);
// A port on loopback that was free a moment ago.
int FreePort();

}  // namespace muara::testing
