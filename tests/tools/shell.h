// The program as a user runs it: words, standard input and an environment in; exit, standard output
// and standard error out. Everything happens in a temporary directory.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/made_up_number.h"
#include "tests/test_directory.h"

namespace kinledger::tools {

struct Ran {
  int exit = -1;
  std::string out;
  std::string err;

  /// For the message of a failed expectation.
  std::string told() const { return "exit " + std::to_string(exit) + "\n" + out + "\n" + err; }
};

inline std::string resident(std::string_view birth_yyyymmdd, int serial) {
  return made_up_number(birth_yyyymmdd, serial);
}

/// A program that goes on running. Killed when it goes out of scope.
class Running {
 public:
  /// `output` is the reading end of its standard output.
  Running(pid_t process, int output) : process_(process), output_(output) {}
  ~Running() {
    if (process_ > 0) (void)end(SIGKILL);
    close(output_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// The next line of its standard output, without the line feed; waits for it.
  std::string read_line() const {
    std::string line;
    for (char byte = 0; ::read(output_, &byte, 1) == 1 && byte != '\n';) line += byte;
    return line;
  }
  void signal(int signal) const {
    if (process_ > 0) ::kill(process_, signal);  // -1 would be everyone
  }
  /// Sends the signal and waits; the exit as a shell gives it.
  int end(int signal) {
    if (process_ <= 0) return -1;
    ::kill(process_, signal);
    int status = 0;
    waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t process_;
  const int output_;
};

class Shell {
 public:
  Shell() {
    environment_ = {{"LC_ALL", "C.UTF-8"}, {"PATH", "/usr/bin:/bin"}, {"TMPDIR", "/tmp"}};
    // What the sanitizers are told about libraries holds for the program too.
    if (const auto* told = std::getenv("LSAN_OPTIONS")) set("LSAN_OPTIONS", told);
  }

  std::filesystem::path path(const std::string& name) const { return directory_.path() / name; }

  /// Of this and later runs; an empty value takes the variable away.
  void set(const std::string& variable, const std::string& value) {
    if (value.empty())
      environment_.erase(variable);
    else
      environment_[variable] = value;
  }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  /// Runs the program in the temporary directory.
  Ran run(std::vector<std::string> words, const std::string& input = "") const {
    words.insert(words.begin(), KINLEDGER_PROGRAM);
    return start(words, input, path("stdout"));
  }
  /// The same with standard output going elsewhere; `out` stays empty.
  Ran run_into(const std::string& output, std::vector<std::string> words) const {
    words.insert(words.begin(), KINLEDGER_PROGRAM);
    return start(words, "", output);
  }
  /// Starts the program and does not wait for its end. Its complaints go to the file NAME.
  std::unique_ptr<Running> run_behind(std::vector<std::string> words, const std::string& name) {
    words.insert(words.begin(), KINLEDGER_PROGRAM);
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t process = spawn(words, [&](posix_spawn_file_actions_t& actions) {
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
      posix_spawn_file_actions_addopen(&actions, 2, path(name).c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    });
    ::close(ends[1]);
    return std::make_unique<Running>(process, ends[0]);
  }
  /// A line for bash; $kinledger is the program.
  Ran bash(const std::string& line) {
    set("kinledger", KINLEDGER_PROGRAM);
    return start({"/bin/bash", "-c", line}, "", path("stdout"));
  }

 private:
  /// Starts a program in the temporary directory; `more` says where its streams go.
  pid_t spawn(const std::vector<std::string>& words,
              const std::function<void(posix_spawn_file_actions_t&)>& more) const {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory_.path().c_str());
    more(actions);
    // Sockets of servers that the test itself runs are not the program's.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment_) variables.push_back(name + "=" + value);
    const auto pointers = [](const std::vector<std::string>& texts) {
      std::vector<char*> out;
      for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
      out.push_back(nullptr);
      return out;
    };
    pid_t process = -1;
    const int failed = posix_spawn(&process, words.front().c_str(), &actions, nullptr,
                                   pointers(words).data(), pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0 ? process : -1;
  }

  Ran start(const std::vector<std::string>& words, const std::string& input,
            const std::filesystem::path& output) const {
    write("stdin", input);
    const pid_t process = spawn(words, [&](posix_spawn_file_actions_t& actions) {
      posix_spawn_file_actions_addopen(&actions, 0, path("stdin").c_str(), O_RDONLY, 0);
      posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                       0600);
      posix_spawn_file_actions_addopen(&actions, 2, path("stderr").c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    });
    Ran ran;
    if (process < 0) return ran;
    int status = 0;
    waitpid(process, &status, 0);
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.out = output == path("stdout") ? read("stdout") : "";
    ran.err = read("stderr");
    return ran;
  }

  TestDirectory directory_;
  std::map<std::string, std::string> environment_;
};

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace kinledger::tools
