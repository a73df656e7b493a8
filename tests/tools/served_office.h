// An office whose ledger is served by the program, and a client that asks it over a socket.
#pragma once

#include "tests/server/declared.h"
#include "tests/server/socket_client.h"
#include "tests/tools/office.h"

namespace kinledger::tools {

class ServeCommand : public testing::Test {
 protected:
  ServeCommand() {
    office_.write_premiums("premium.csv", office_.premium_row("2021-03-01", office_.child));
    EXPECT_EQ(shell_.run({"import", "city", "premium.csv"}).exit, 0);
    const auto known = shell_.run({"ask", "city", "status", "person=@child.txt", "--json"});
    EXPECT_EQ(known.exit, 0) << known.told();
    child_ = text(object_of(known.out), "person");
    EXPECT_EQ(child_.size(), 32U) << known.out;
  }

  void serve() {
    running_ = shell_.run_behind({"serve", "city", "--listen", "127.0.0.1:0"}, "serve.err");
    const auto url = running_->read_line();
    EXPECT_TRUE(url.starts_with("http://127.0.0.1:")) << shell_.read("serve.err");
    port_ = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
  }
  int stop() { return running_->end(SIGTERM); }
  /// What the server said on standard error, besides that it is open to this machine.
  std::string complaints() const {
    std::istringstream said(shell_.read("serve.err"));
    std::string others;
    bool is_open = false;
    for (std::string line; std::getline(said, line);) {
      const bool says_so = line.find("without TLS") != std::string::npos;
      is_open |= says_so;
      if (!says_so) others += line + "\n";
    }
    EXPECT_TRUE(is_open);
    return others;
  }

  /// The whole response to a request with these further lines of the head. It has to be one that
  /// the description of the interface has.
  std::string exchange(const std::string& first_line, const std::string& fields = "",
                       const std::string& body = "") const {
    const server::SocketClient client(port_);
    client.send(first_line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + fields +
                (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
                "\r\n" + body);
    auto response = client.read_all();
    expect_described(first_line, response);
    return response;
  }
  /// That the description of the interface has such an answer to "GET /target".
  static void expect_described(const std::string& first_line, const std::string& response) {
    if (response.empty()) return;  // the server has ended
    const auto space = first_line.find(' ');
    server::expect_declared(first_line.substr(0, space), first_line.substr(space + 1),
                            static_cast<unsigned>(server::status_of(response)),
                            field_of(response, "Content-Type"));
  }
  static std::string body_of(const std::string& response) {
    const auto end = response.find("\r\n\r\n");
    return end == std::string::npos ? "" : response.substr(end + 4);
  }
  /// The content of a body in chunks.
  static std::string without_chunks(std::string_view body) {
    std::string content;
    while (!body.empty()) {
      const auto line = body.find("\r\n");
      const auto bytes = std::stoul(std::string(body.substr(0, line)), nullptr, 16);
      content += body.substr(line + 2, bytes);
      if (bytes == 0) break;
      body.remove_prefix(line + 2 + bytes + 2);
    }
    return content;
  }
  static std::string field_of(const std::string& response, const std::string& name) {
    const auto at = response.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const auto begin = at + name.size() + 4;
    return response.substr(begin, response.find("\r\n", begin) - begin);
  }
  std::string get(const std::string& target, const std::string& fields = "") const {
    return exchange("GET " + target, fields);
  }
  /// The code of a problem, after looking at its shape.
  static std::string code_of(const std::string& response) {
    EXPECT_EQ(field_of(response, "Content-Type"), "application/problem+json") << response;
    const auto object = object_of(body_of(response));
    EXPECT_EQ(static_cast<int>(number(object, "status")), server::status_of(response));
    EXPECT_FALSE(text(object, "zh").empty() || text(object, "en").empty()) << response;
    return std::string(text(object, "code"));
  }
  std::string post(const std::string& target, const std::string& body,
                   const std::string& fields = "Content-Type: application/json\r\n") const {
    return exchange("POST " + target, fields, body);
  }

  /// A submission of a premium of the sister's.
  std::string premium(const std::string& key, const std::string& amount) const {
    return R"({"key": ")" + key +
           R"(", "events": [{"type": "PremiumPaid", "validOn": "2021-03-31",)"
           R"( "person": {"idNumber": ")" +
           office_.sister + R"("}, "scheme": "children", "insuranceYear": 2021, "amount": ")" +
           amount + R"(", "payerKind": "guardian"}]})";
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  Office office_;
  Shell& shell_ = office_.shell;
  std::string child_;
  std::unique_ptr<Running> running_;
  std::uint16_t port_ = 0;
};

}  // namespace kinledger::tools
