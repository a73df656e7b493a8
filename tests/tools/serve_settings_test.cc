// The settings of the server, in their order of precedence, and the service manager's side of it.
#include <sys/un.h>

#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

class ServeSettings : public ServeCommand {
 protected:
  /// Starts and gives the address; empty when it does not start.
  std::string started(std::vector<std::string> words) {
    words.insert(words.begin(), "serve");
    running_ = shell_.run_behind(words, "serve.err");
    return running_->read_line();
  }
  std::string told(std::vector<std::string> words, int exit) {
    words.insert(words.begin(), "serve");
    const auto ran = shell_.run(words);
    EXPECT_EQ(ran.exit, exit) << ran.told();
    return ran.err;
  }
};

TEST_F(ServeSettings, TheFileIsBelowTheEnvironmentAndThatBelowTheCommandLine) {
  const auto free_port = [&] {
    const server::Serving taken({},
                                [](const server::HttpRequest&) { return server::HttpResponse{}; });
    return std::to_string(taken.port());
  };
  const auto in_file = free_port(), in_environment = free_port(), in_words = free_port();
  shell_.write("serve.toml", "ledger = \"city\"\nlisten = \"127.0.0.1:" + in_file + "\"\n");
  EXPECT_EQ(started({"--config", "serve.toml"}), "http://127.0.0.1:" + in_file);
  EXPECT_EQ(stop(), 0);
  shell_.set("KINLEDGER_SERVE_LISTEN", "127.0.0.1:" + in_environment);
  EXPECT_EQ(started({"--config", "serve.toml"}), "http://127.0.0.1:" + in_environment);
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(started({"city", "--config", "serve.toml", "--listen", "127.0.0.1:" + in_words}),
            "http://127.0.0.1:" + in_words);
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServeSettings, HostsComeFromAListOrFromTheEnvironment) {
  shell_.write("serve.toml",
               "ledger = \"city\"\nlisten = \"127.0.0.1:0\"\nhost = [\"a.example\"]\n");
  const auto status_for = [&](const std::string& host) {
    const server::SocketClient client(port_);
    client.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    return server::status_of(client.read_all());
  };
  const auto start = [&] {
    const auto url = started({"--config", "serve.toml"});
    port_ = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  };
  start();
  EXPECT_EQ(status_for("a.example"), 200);
  EXPECT_EQ(status_for("b.example"), 421);
  EXPECT_EQ(stop(), 0);
  shell_.set("KINLEDGER_SERVE_HOST", "b.example,c.example");
  start();
  EXPECT_EQ(status_for("a.example"), 421);
  EXPECT_EQ(status_for("c.example"), 200);
  EXPECT_EQ(stop(), 0);
}

TEST_F(ServeSettings, WhatIsWrongIsToldWithItsLine) {
  const auto fault = [&](const std::string& text) {
    shell_.write("serve.toml", text);
    return told({"--config", "serve.toml"}, 3);
  };
  EXPECT_NE(fault("ledger = \"city\"\nlissten = \"x\"\n").find("serve.toml:2: "),
            std::string::npos);
  EXPECT_NE(fault("lissten = \"x\"\n").find("CONFIG_UNKNOWN"), std::string::npos);
  EXPECT_NE(fault("\nhost = \"a.example\"\n").find("serve.toml:2: "), std::string::npos);
  EXPECT_NE(fault("listen = 8450\n").find("CONFIG_TYPE"), std::string::npos);
  EXPECT_NE(fault("host = [1]\n").find("CONFIG_TYPE"), std::string::npos);
  EXPECT_NE(fault("ledger = \"city\"\nlisten\n").find("serve.toml:2: this is not TOML: "),
            std::string::npos);
  EXPECT_NE(fault(std::string(100'000, '#')).find("has more than 64 KiB"), std::string::npos);
  EXPECT_NE(told({"--config", "absent.toml"}, 3).find("there is no file absent.toml"),
            std::string::npos);
  EXPECT_NE(told({}, 2).find("LEDGER"), std::string::npos);
  EXPECT_NE(told({"city", "--backup", "city/safe"}, 2).find("city/safe"), std::string::npos);
  EXPECT_NE(told({"city", "--backup", "safe", "--backup-vault", "city.state/safe"}, 2)
                .find("city.state/safe"),
            std::string::npos);
}

TEST_F(ServeSettings, DiagnosticsAreLinesOfJsonWhereThatIsAsked) {
  EXPECT_TRUE(
      started({"city", "--listen", "127.0.0.1:0", "--log-format", "json"}).starts_with("http://"));
  EXPECT_EQ(stop(), 0);
  const auto lines = objects_of(shell_.read("serve.err"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(text(lines[0], "level"), "warning");
  EXPECT_NE(text(lines[0], "message").find("without TLS"), std::string_view::npos);
  EXPECT_EQ(text(lines[0], "time").size(), std::string_view("2026-11-26T11:22:33.000000Z").size());
}

TEST_F(ServeSettings, TellsTheServiceManagerThatItIsReadyAndAlive) {
  const auto path = shell_.path("notify").string();
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::ranges::copy(path, address.sun_path);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const timeval patience{10, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const auto next = [&] {
    char bytes[256];
    const auto count = ::recv(socket, bytes, sizeof bytes, 0);
    return count < 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(count));
  };
  shell_.set("NOTIFY_SOCKET", path);
  shell_.set("WATCHDOG_USEC", "50000");
  started({"city", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(next(), "READY=1");
  EXPECT_EQ(next(), "WATCHDOG=1");
  EXPECT_EQ(next(), "WATCHDOG=1");
  EXPECT_EQ(stop(), 0);
  std::string last;
  for (auto word = next(); word != "STOPPING=1" && !word.empty(); word = next()) last = word;
  EXPECT_EQ(last == "" || last == "WATCHDOG=1", true) << last;
  ::close(socket);
}

}  // namespace
}  // namespace kinledger::tools
