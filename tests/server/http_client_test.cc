// One request to a server that may do anything.
#include "server/http_client.h"

#include <stop_token>

#include "tests/server/socket_client.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;

/// Answers one connection with the bytes, after the whole head of its request has come.
class OneAnswer {
 public:
  explicit OneAnswer(std::string bytes, bool closes = true) {
    socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(socket_, 1), 0);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, bytes = std::move(bytes), closes] { answer(bytes, closes); });
  }
  ~OneAnswer() {
    thread_.join();
    ::close(socket_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  HttpCall call() const {
    HttpCall out{read_http_url(url()).value(), "/a"};
    out.body_bytes_max = 1000;
    return out;
  }
  const std::string& asked() const { return asked_; }

 private:
  void answer(const std::string& bytes, bool closes) {
    const int connection = ::accept(socket_, nullptr, nullptr);
    char byte = 0;
    while (!asked_.ends_with("\r\n\r\n") && ::recv(connection, &byte, 1, 0) == 1) asked_ += byte;
    for (std::size_t sent = 0; sent < bytes.size();) {
      const auto more = ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (more <= 0) break;
      sent += static_cast<std::size_t>(more);
    }
    // Whoever does not close waits for the client to.
    if (!closes)
      while (::recv(connection, &byte, 1, 0) == 1) {
      }
    ::close(connection);
  }

  int socket_;
  std::uint16_t port_;
  std::string asked_;
  std::thread thread_;
};

TEST(HttpClient, GivesWhatIsAnswered) {
  OneAnswer server(
      "HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n"
      "Content-Length: 2\r\n\r\n3\n");
  const auto reply = call(server.call()).value();
  EXPECT_EQ(reply.status, 409U);
  EXPECT_EQ(reply.content_type, "text/x.tlog.size");
  EXPECT_EQ(reply.body, "3\n");
  EXPECT_TRUE(server.asked().starts_with("GET /a HTTP/1.1\r\nHost: 127.0.0.1:")) << server.asked();
}

TEST(HttpClient, ReadsChunksAndBodiesThatEndWithTheConnection) {
  const OneAnswer chunks(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
  EXPECT_EQ(call(chunks.call()).value().body, "ab");
  const OneAnswer open_end("HTTP/1.1 200 OK\r\n\r\nabc");
  EXPECT_EQ(call(open_end.call()).value().body, "abc");
}

TEST(HttpClient, RefusesWhatIsNoWholeAnswerWithinItsLimits) {
  const auto long_body = std::string(1001, 'a');
  for (const auto& bytes : std::vector<std::string>{
           "", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "SSH-2.0-x\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + long_body,
           "HTTP/1.1 200 OK\r\n\r\n" + long_body,
           "HTTP/1.1 200 OK\r\nX: " + std::string(10'000, 'a') + "\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"}) {
    const OneAnswer server(bytes);
    const auto reply = call(server.call());
    ASSERT_FALSE(reply.has_value()) << bytes.substr(0, 60);
    EXPECT_EQ(reply.error().failure, ledger::Failure::unavailable);
  }
}

TEST(HttpClient, WaitsNoLongerThanItsDeadline) {
  for (const auto* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc"}) {
    const OneAnswer server(bytes, false);
    auto with = server.call();
    with.deadline = 30ms;
    const auto reply = call(with);
    ASSERT_FALSE(reply.has_value());
    EXPECT_NE(reply.error().what.find("no answer within 30 ms"), std::string::npos);
  }
}

TEST(HttpClient, TellsThatNobodyListens) {
  const auto reply = call({read_http_url("http://127.0.0.1:1").value(), "/"});
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().what, "http://127.0.0.1:1: Connection refused");
}

/// What a stream gave until it ended.
struct Streamed {
  unsigned status = 0;
  std::string content_type;
  std::string body;
  std::size_t pieces = 0;
  std::string end;  ///< "whole", "stopped", or the error

  bool operator==(const Streamed&) const = default;
};

Streamed stream_from(const OneAnswer& server, std::chrono::milliseconds silence = 5000ms,
                     std::size_t bytes_wanted = 1'000'000) {
  Streamed out;
  HttpStreamCall with{read_http_url(server.url()).value(), "/events?from=0", "text/x.test"};
  with.silence = silence;
  with.begin = [&](const HttpReply& head) {
    out.status = head.status;
    out.content_type = head.content_type;
    return head.status == 200;
  };
  with.take = [&](std::string_view piece) {
    EXPECT_FALSE(piece.empty());
    EXPECT_LE(piece.size(), http_piece_bytes);
    out.body += piece;
    ++out.pieces;
    return out.body.size() < bytes_wanted;
  };
  const auto end = stream(with);
  out.end = !end ? end.error().what : *end == HttpStreamEnd::whole ? "whole" : "stopped";
  EXPECT_TRUE(end.has_value() || end.error().failure == ledger::Failure::unavailable);
  return out;
}

TEST(HttpStream, HandsTheBodyOn) {
  OneAnswer server("HTTP/1.1 200 OK\r\nContent-Type: text/x.test\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(stream_from(server), (Streamed{200, "text/x.test", "abc", 1, "whole"}));
  EXPECT_TRUE(server.asked().starts_with("GET /events?from=0 HTTP/1.1\r\n")) << server.asked();
  EXPECT_NE(server.asked().find("\r\nAccept: text/x.test\r\n"), std::string::npos);
  const OneAnswer empty("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(stream_from(empty), (Streamed{200, "", "", 0, "whole"}));
}

TEST(HttpStream, TakesChunksApart) {
  const OneAnswer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n");
  const auto got = stream_from(server);
  EXPECT_EQ(got.body, "abc");
  EXPECT_EQ(got.end, "whole");
}

TEST(HttpStream, HoldsNoLongBodyAsAWhole) {
  std::string body;
  for (int i = 0; body.size() < 700'000; ++i) body += std::to_string(i);
  for (const auto& head :
       {"Content-Length: " + std::to_string(body.size()) + "\r\n\r\n", std::string("\r\n")}) {
    const OneAnswer server("HTTP/1.1 200 OK\r\n" + head + body);
    const auto got = stream_from(server);
    EXPECT_TRUE(got.body == body) << got.body.size();
    EXPECT_EQ(got.end, "whole");
    EXPECT_GE(got.pieces, 10U);
  }
}

TEST(HttpStream, TellsABodyThatWasCut) {
  for (const auto* bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc"}) {
    const OneAnswer server(bytes);
    const auto got = stream_from(server);
    EXPECT_EQ(got.body, "abc") << bytes;
    EXPECT_NE(got.end.find("partial message"), std::string::npos) << got.end;
  }
}

TEST(HttpStream, EndsWhenItIsToldTo) {
  const OneAnswer other("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
  EXPECT_EQ(stream_from(other), (Streamed{404, "", "", 0, "stopped"}));
  const OneAnswer enough("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false);
  EXPECT_EQ(stream_from(enough, 5000ms, 3).end, "stopped");
}

TEST(HttpStream, WaitsNoLongerThanSilenceMayLast) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false);
  const auto got = stream_from(server, 30ms);
  EXPECT_EQ(got.body, "abc");
  EXPECT_NE(got.end.find("nothing came for 30 ms"), std::string::npos) << got.end;
}

TEST(HttpStreamThreads, IsStoppedFromElsewhere) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false);
  HttpStreamCall with{read_http_url(server.url()).value(), "/", "*/*"};
  std::stop_source stop;
  std::jthread stopping;
  with.begin = [](const HttpReply&) { return true; };
  with.take = [&](std::string_view) {
    stopping = std::jthread([&] { stop.request_stop(); });
    return true;
  };
  EXPECT_EQ(stream(with, stop.get_token()).value(), HttpStreamEnd::stopped);
  EXPECT_EQ(stream(with, stop.get_token()).value(), HttpStreamEnd::stopped) << "before it began";
}

TEST(HttpUrl, IsReadStrictly) {
  for (const auto* text : {"http://a", "http://a.example:8451", "http://127.0.0.1/x/y",
                           "http://[::1]:8451", "http://[::1]", "https://a", "https://a:8451/x"})
    EXPECT_EQ(read_http_url(text).value().to_text(), text);
  EXPECT_EQ(read_http_url("http://a:80/").value().to_text(), "http://a");
  for (const auto* text : {"",
                           "a",
                           "ftp://a",
                           "HTTP://a",
                           "https://",
                           "http://",
                           "http:///x",
                           "http://:80",
                           "http://a:",
                           "http://a:0",
                           "http://a:65536",
                           "http://a:b",
                           "http://u@a",
                           "http://u:p@a",
                           "http://a?b",
                           "http://a/b?c",
                           "http://a/#b",
                           "http://a/b c",
                           "http://a/\r\nX: y",
                           "http://[::1",
                           "http://[::1]x",
                           "http://a b"})
    EXPECT_FALSE(read_http_url(text).has_value()) << text;
}

}  // namespace
}  // namespace kinledger::server
