// The listener on a real socket: what is answered and what is refused.
#include "server/http_listener.h"

#include <condition_variable>
#include <csignal>
#include <future>

#include "ledger/json.h"
#include "server/http_date.h"
#include "server/http_head.h"
#include "tests/server/listening.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;

TEST_F(HttpListenerTest, AnswersOneRequestAfterAnother) {
  serve();
  const SocketClient client(serving_->port());
  client.send("GET /a?b=%20 HTTP/1.1\r\nHost: a\r\n\r\n");
  auto response = client.read_response();
  EXPECT_EQ(status_of(response), 200);
  EXPECT_TRUE(response.ends_with("\r\n\r\nGET /a?b=%20 ")) << response;
  client.send(post + "Content-Length: 3\r\n\r\nabc");
  response = client.read_response();
  EXPECT_TRUE(response.ends_with("\r\n\r\nPOST / abc")) << response;
  client.send(get + "Connection: close\r\n\r\n");
  response = client.read_all();
  EXPECT_NE(response.find("Connection: close"), std::string::npos) << response;
}

TEST_F(HttpListenerTest, AnswersRequestsThatCameTogether) {
  serve();
  const auto responses = exchange(post + "Content-Length: 3\r\n\r\nabc" + get + "\r\n" + get +
                                  "Connection: close\r\n\r\n");
  EXPECT_EQ(handled_, 3);
  EXPECT_NE(responses.find("POST / abcHTTP/1.1 200 OK"), std::string::npos) << responses;
}

TEST_F(HttpListenerTest, AnswersARequestThatComesByteByByte) {
  serve();
  const SocketClient client(serving_->port());
  for (const char byte : post + "Content-Length: 3\r\nConnection: close\r\n\r\nabc")
    client.send(std::string(1, byte));
  EXPECT_TRUE(client.read_all().ends_with("POST / abc"));
}

TEST_F(HttpListenerTest, AnswersHeadWithoutABody) {
  serve();
  const auto response = exchange("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(response), 200);
  EXPECT_NE(response.find("Content-Length: 7\r\n"), std::string::npos) << response;
  EXPECT_TRUE(response.ends_with("\r\n\r\n"));
}

TEST_F(HttpListenerTest, TellsWhoAsksThatABodyIsWelcome) {
  serve();
  const SocketClient client(serving_->port());
  client.send(post + "Content-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_TRUE(client.read_all().ends_with("POST / abc"));
}

// Two servers could read each of these in two ways, or it makes one of them work for nothing.
TEST_F(HttpListenerTest, RefusesWhatCanBeReadInTwoWays) {
  serve();
  const std::string abc = "\r\n\r\nabc";
  const std::pair<std::string, int> refused[] = {
      {post + "Content-Length: 3\r\nTransfer-Encoding: chunked" + abc, 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 3" + abc, 400},
      {post + "Transfer-Encoding: chunked" + abc, 501},
      {post + "Transfer-Encoding: gzip" + abc, 501},
      {post + "Transfer-Encoding: xchunked" + abc, 501},
      {post + "Transfer-Encoding: chunked, identity" + abc, 501},
      {post + "Content-Length: 3\r\nTransfer-Encoding: identity" + abc, 400},
      {post + "Content-Length: 3\r\nContent-Length: 4" + abc, 400},
      {post + "Content-Length: 3\r\nContent-Length: 3" + abc, 400},
      {post + "Content-Length: 3, 3" + abc, 400},
      {post + "Content-Length: -3" + abc, 400},
      {post + "Content-Length: +3" + abc, 400},
      {post + "Content-Length: 0x3" + abc, 400},
      {post + "Content-Length:" + abc, 400},
      {post + "Content-Length: 101\r\n\r\n", 413},
      {post + "\r\n", 411},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {get + "Host: a\r\n\r\n", 400},
      {get + "host: b\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: a\n\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
      {"GET / HTTP/1.1\rHost: a\r\n\r\n", 400},
      {"\r\n" + get + "\r\n", 400},
      {get + "X: a\r\n b\r\n\r\n", 400},
      {get + "X: a\r\n\tb\r\n\r\n", 400},
      {get + "X : a\r\n\r\n", 400},
      {get + ": a\r\n\r\n", 400},
      {get + "no colon\r\n\r\n", 400},
      {get + "X: a\x01z\r\n\r\n", 400},
      {get + "X: a" + std::string(1, '\0') + "\r\n\r\n", 400},
      {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / FTP/1.1\r\nHost: a\r\n\r\n", 505},
      {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 505},
      {"GET /" + std::string(http_target_bytes_max, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {get + "X: " + std::string(http_head_bytes_max, 'a'), 431},
      {get + std::string(http_head_bytes_max, 'a') + "\r\n\r\n", 431},
      {post + "Content-Length: 3\r\nExpect: tea" + abc, 417},
      {"\x16\x03\x01\x02", 400},
      {std::string(4, '\0'), 400},
  };
  for (const auto& [bytes, status] : refused) {
    const auto response = exchange(bytes + get + "\r\n");
    EXPECT_EQ(status_of(response), status) << bytes << "\n" << response;
    EXPECT_EQ(response.find("HTTP/1.1 200"), std::string::npos) << bytes;
    EXPECT_NE(response.find("Connection: close"), std::string::npos) << bytes;
  }
  EXPECT_EQ(handled_, 0);
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200) << "others are served";
}

TEST_F(HttpListenerTest, TellsWhatItRefusesInBothLanguages) {
  auto with = options();
  with.deadlines.head = with.deadlines.body = 20ms;
  serve(with, [](const HttpRequest&) -> HttpResponse { throw std::runtime_error("out of paper"); });
  const std::pair<std::string, std::pair<int, const char*>> all[] = {
      {"nonsense\r\n\r\n", {400, "HTTP_FORMAT"}},
      {"GET / HTTP/1.0\r\nHost: a\r\n\r\n", {505, "HTTP_VERSION"}},
      {"GET /" + std::string(http_target_bytes_max, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
       {414, "TARGET_TOO_LONG"}},
      {get + "X: " + std::string(http_head_bytes_max, 'a'), {431, "HEAD_TOO_LONG"}},
      {post + "\r\n", {411, "LENGTH_MISSING"}},
      {post + "Content-Length: 101\r\n\r\n", {413, "BODY_TOO_LARGE"}},
      {post + "Transfer-Encoding: chunked\r\n\r\n", {501, "TRANSFER_ENCODING"}},
      {get.substr(0, 20), {408, "TOO_SLOW"}},
      {post + "Content-Length: 3\r\n\r\nab", {408, "TOO_SLOW"}},
      {get + "Connection: close\r\n\r\n", {500, "SERVER_FAILED"}},
  };
  for (const auto& [bytes, told] : all) {
    const auto response = exchange(bytes);
    EXPECT_EQ(status_of(response), told.first) << response;
    EXPECT_EQ(refused(), std::vector{static_cast<unsigned>(told.first)}) << response;
    EXPECT_NE(response.find("Content-Type: application/problem+json"), std::string::npos);
    const auto body = response.substr(response.find("\r\n\r\n") + 4);
    const auto parsed = ledger::parse_json(body, body.size());
    ASSERT_TRUE(parsed.has_value() && parsed->is_object()) << response;
    const auto& problem = parsed->get_object();
    EXPECT_EQ(problem.at("code").get_string(), told.second);
    EXPECT_EQ(problem.at("status").to_number<int>(), told.first);
    EXPECT_FALSE(problem.at("zh").get_string().empty() || problem.at("en").get_string().empty());
  }
}

TEST_F(HttpListenerTest, HeadsOfOneByteLessAreAccepted) {
  serve();
  const auto target = "/" + std::string(http_target_bytes_max - 1, 'a');
  EXPECT_EQ(
      status_of(exchange("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")),
      200);
  std::string head = get + "Connection: close\r\nX: ";
  head += std::string(http_head_bytes_max - head.size() - 4, 'a') + "\r\n\r\n";
  EXPECT_EQ(status_of(exchange(head)), 200);
  EXPECT_EQ(status_of(exchange(post + "Connection: close\r\nContent-Length: 100\r\n\r\n" +
                               std::string(100, 'b'))),
            200);
}

TEST_F(HttpListenerTest, AnswersOnlyForItsHosts) {
  auto with = options();
  with.hosts = {"ledger.example", "127.0.0.1", "::1"};
  serve(with, echo());
  for (const auto* host : {"ledger.example", "LEDGER.Example:8451", "ledger.example:", "127.0.0.1",
                           "127.0.0.1:80", "[::1]", "[::1]:8451"})
    EXPECT_EQ(status_of(exchange("GET / HTTP/1.1\r\nHost: " + std::string(host) +
                                 "\r\nConnection: close\r\n\r\n")),
              200)
        << host;
  handled_ = 0;
  for (const auto* host :
       {"evil.example", "ledger.example.evil.example", "ledger.example.", "a@ledger.example",
        "ledger.example:80x", "ledger.example:80:80", "ledger.exampl", "[ledger.example", "::1",
        "[::1", "[::1]80", "[::1]]", "[]", ":80", "127.0.0.2", "localhost"}) {
    const auto response = exchange("POST / HTTP/1.1\r\nHost: " + std::string(host) +
                                   "\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(status_of(response), 421) << host << " is refused before its body is asked for";
    EXPECT_NE(response.find("\r\nConnection: close\r\n"), std::string::npos);
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(HttpListenerTest, SaysWhenItAnswered) {
  serve();
  for (const auto& bytes : {get + "Connection: close\r\n\r\n", post + "\r\n"}) {
    const auto response = exchange(bytes);
    const auto at = response.find("\r\nDate: ");
    ASSERT_NE(at, std::string::npos) << response;
    const auto date = response.substr(at + 8, 29);
    const auto now = std::chrono::system_clock::now();
    bool is_recent = false;
    for (int seconds = 0; seconds < 60; ++seconds)
      is_recent = is_recent || date == http_date(now - std::chrono::seconds(seconds));
    EXPECT_TRUE(is_recent) << response;
  }
}

TEST_F(HttpListenerTest, AHandlerThatFailsIsAnswered) {
  serve(options(), [](const HttpRequest& request) -> HttpResponse {
    if (request.target == "/throws") throw std::runtime_error("out of paper");
    HttpResponse response;
    if (request.target == "/value") response.fields = {{"X", "a\r\nSet-Cookie: b"}};
    if (request.target == "/name") response.fields = {{"X Y", "a"}};
    if (request.target == "/type") response.content_type = "a\nb";
    return response;
  });
  for (const auto* target : {"/throws", "/value", "/name", "/type"}) {
    const auto response = exchange("GET " + std::string(target) +
                                   " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(status_of(response), 500) << target;
    EXPECT_EQ(response.find("Cookie"), std::string::npos);
    EXPECT_EQ(response.find("paper"), std::string::npos) << "the client is not told";
  }
  serving_->stop();
  EXPECT_NE(warned_.find("out of paper"), std::string::npos);
}

// Requests under way are answered, waiting connections closed, new ones not taken.
TEST_F(HttpListenerTest, StopsWhenItHasAnswered) {
  std::mutex mutex;
  std::condition_variable changed;
  bool is_handling = false, may_answer = false;
  serve(options(), [&](const HttpRequest&) -> HttpResponse {
    std::unique_lock lock(mutex);
    is_handling = true;
    changed.notify_all();
    changed.wait(lock, [&] { return may_answer; });
    return {200, "text/plain", {}, "the answer"};
  });
  const SocketClient waiting(serving_->port()), asking(serving_->port());
  asking.send(get + "\r\n");
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return is_handling; });
  }
  serving_->listener().stop();
  EXPECT_EQ(waiting.read_all(), "");
  {
    const std::lock_guard lock(mutex);
    may_answer = true;
  }
  changed.notify_all();
  EXPECT_TRUE(asking.read_all().ends_with("the answer"));
  serving_->stop();
}

TEST_F(HttpListenerTest, StopsOnASignal) {
  auto with = options();
  with.stops_on_signals = true;
  serve(with, echo());
  EXPECT_EQ(status_of(exchange(get + "Connection: close\r\n\r\n")), 200);
  ::kill(::getpid(), SIGTERM);
  serving_->wait();
}

TEST_F(HttpListenerTest, ThreadsAskTogether) {
  serve();
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      const SocketClient client(serving_->port());
      for (int i = 0; i < 50; ++i) {
        const auto body = std::to_string(thread * 1000 + i);
        client.send(post + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        const auto response = client.read_response();
        EXPECT_TRUE(response.ends_with("\r\n\r\nPOST / " + body)) << response;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(handled_, 400);
}

TEST_F(HttpListenerTest, TellsThatAnAddressIsTaken) {
  serve();
  auto same = options();
  same.address.port = serving_->port();
  const auto opened = HttpListener::open(same, echo());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().failure, ledger::Failure::unavailable);
  EXPECT_NE(opened.error().what.find(same.address.to_text()), std::string::npos);
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  for (const auto* text : {"127.0.0.1:8451", "[::1]:0", "0.0.0.0:65535"})
    EXPECT_EQ(read_listen_address(text).value().to_text(), text);
  for (const auto* text :
       {"", "8451", ":8451", "localhost:8451", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
        "127.0.0.1:-1", "::1:80", "[127.0.0.1]:80", "[]:80", "127.0.0.1:80 "})
    EXPECT_FALSE(read_listen_address(text).has_value()) << text;
}

}  // namespace
}  // namespace kinledger::server
