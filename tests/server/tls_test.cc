// Who may come in by TLS: certificates that are good, and nothing else.
#include "server/tls.h"

#include <fstream>

#include "server/http_client.h"
#include "tests/server/listening.h"
#include "tests/server/tls_client.h"
#include "tests/test_directory.h"

namespace kinledger::server {
namespace {

const std::string whole_get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

class TlsListener : public HttpListenerTest {
 protected:
  TlsListener() {
    certificates_.issue("server");
    certificates_.issue("bureau");
  }

  HttpOptions secured() {
    auto out = options();
    auto files = certificates_.server_files();
    files.looked_at_every = std::chrono::milliseconds(0);
    out.tls = Tls::for_server(files, out.warn).value();
    return out;
  }
  /// Answers with the fingerprint that it was told.
  void serve_secured() {
    serve(secured(), [](const HttpRequest& request) -> HttpResponse {
      return {200, "text/plain", {}, ledger::to_text(request.certificate.value())};
    });
  }
  TlsClient client(const std::string& name) const {
    return TlsClient(serving_->port(), certificates_, name);
  }
  /// What comes back to a request with that certificate; empty when nobody is let in.
  std::string ask_as(const std::string& name) const {
    const TlsClient asking(serving_->port(), certificates_, name);
    asking.send(whole_get);
    return asking.read_all();
  }

  const TestDirectory directory_;
  Certificates certificates_{directory_.path()};
};

TEST_F(TlsListener, TellsTheHandlerWhoseCertificateItIs) {
  serve_secured();
  const auto answer = ask_as("bureau");
  EXPECT_EQ(status_of(answer), 200);
  EXPECT_TRUE(answer.ends_with(
      ledger::to_text(read_fingerprint(certificates_.certificate("bureau")).value())))
      << answer;
}

TEST_F(TlsListener, IsSpokenByTheClientOfThisProgram) {
  serve_secured();
  const auto tls = Tls::for_client(certificates_.files("bureau")).value();
  HttpCall request{read_http_url("https://127.0.0.1:" + std::to_string(serving_->port())).value(),
                   "/"};
  EXPECT_EQ(call(request).error().failure, ledger::Failure::invalid) << "without certificates";
  request.tls = tls.get();
  const auto reply = call(request);
  ASSERT_TRUE(reply.has_value()) << reply.error().what;
  EXPECT_EQ(reply->status, 200U);
  // The server must be who it was to be.
  request.url.host = "localhost";
  EXPECT_FALSE(call(request).has_value()) << "the certificate is for 127.0.0.1";
}

// TLS has 16 KiB in a record, and what writes them has its own idea of how they are put together.
TEST_F(TlsListener, SendsAnswersOfAnyLengthWhole) {
  serve(secured(), [](const HttpRequest& request) -> HttpResponse {
    return {200, "text/plain", {}, std::string(std::stoul(request.target.substr(1)), 'a')};
  });
  for (const std::size_t length :
       {0U, 1U, 16'000U, 16'383U, 16'384U, 16'385U, 40'000U, 70'000U, 300'000U}) {
    const TlsClient asking(serving_->port(), certificates_, "bureau");
    asking.send("GET /" + std::to_string(length) +
                " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto answer = asking.read_all();
    EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, length);
  }
}

TEST_F(TlsListener, BelievesNoServerOfAnotherAuthority) {
  serve_secured();
  const TestDirectory elsewhere;
  // Of another name: authorities are found by theirs.
  Certificates others(elsewhere.path(), "other-ca");
  others.issue("bureau");
  auto files = certificates_.files("bureau");
  files.authorities = others.authority();
  const auto tls = Tls::for_client(files).value();
  HttpCall request{read_http_url("https://127.0.0.1:" + std::to_string(serving_->port())).value(),
                   "/"};
  request.tls = tls.get();
  EXPECT_FALSE(call(request).has_value());
  EXPECT_EQ(handled_, 0);
}

TEST_F(TlsListener, LetsNobodyInWithoutAGoodCertificate) {
  certificates_.issue("expired", {-7200, -60});
  certificates_.issue("early", {3600, 7200});
  certificates_.issue("revoked");
  certificates_.revoke({"revoked"});
  const TestDirectory elsewhere;
  // Of another name: authorities are found by theirs.
  Certificates others(elsewhere.path(), "other-ca");
  others.issue("stranger");
  serve_secured();
  EXPECT_EQ(ask_as(""), "") << "no certificate";
  EXPECT_EQ(ask_as("expired"), "");
  EXPECT_EQ(ask_as("early"), "");
  EXPECT_EQ(status_of(ask_as("revoked")), 403);
  const TlsClient stranger(serving_->port(), others, "stranger");
  stranger.send(whole_get);
  EXPECT_EQ(stranger.read_all(), "");
  EXPECT_EQ(status_of(ask_as("bureau")), 200) << "others do not notice";
}

TEST_F(TlsListener, SpeaksNothingOlder) {
  serve_secured();
  EXPECT_FALSE(TlsClient(serving_->port(), certificates_, "bureau", TLS1_2_VERSION).is_connected());
  EXPECT_EQ(exchange(whole_get).find("HTTP/1.1"), std::string::npos) << "plain HTTP";
}

TEST_F(TlsListener, EndsAConnectionWhoseCertificateIsRevoked) {
  certificates_.revoke({});
  serve_secured();
  const auto bureau = client("bureau");
  EXPECT_EQ(status_of(bureau.ask("GET /")), 200);
  certificates_.revoke({"bureau"});
  EXPECT_EQ(status_of(bureau.ask("GET /")), 403);
  EXPECT_EQ(bureau.read_all(), "");
}

TEST_F(TlsListener, EndsAStreamWhoseCertificateIsRevoked) {
  certificates_.revoke({});
  auto with = secured();
  serve(with, [](const HttpRequest&) {
    HttpResponse response;
    response.stream = std::make_shared<HttpStream>();
    response.stream->next = [] { return std::optional<std::string>("piece\n"); };
    return response;
  });
  const auto bureau = client("bureau");
  bureau.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(bureau.read_until("piece\n").ends_with("piece\n"));
  certificates_.revoke({"bureau"});
  EXPECT_FALSE(bureau.read_all().ends_with("0\r\n\r\n")) << "cut, not ended";
}

TEST_F(TlsListener, KeepsTheRevokedOutWhileTheirListIsBroken) {
  certificates_.issue("revoked");
  certificates_.revoke({"revoked"});
  serve_secured();
  std::ofstream(certificates_.revocations()) << "no list";
  EXPECT_EQ(status_of(ask_as("revoked")), 403);
  const std::lock_guard lock(mutex_);
  EXPECT_NE(warned_.find("CRL"), std::string::npos) << warned_;
}

TEST_F(TlsListener, LetsGoOfThoseWhoDoNotShakeHands) {
  auto with = secured();
  with.deadlines.head = std::chrono::milliseconds(100);
  serve(with, echo());
  const SocketClient silent(serving_->port());
  EXPECT_EQ(silent.read_all(), "");
  const SocketClient slow(serving_->port());
  slow.send("\x16\x03\x01");
  EXPECT_EQ(slow.read_all(), "");
}

TEST_F(TlsListener, HoldsAnAnswerBackUntilItMayLeave) {
  std::atomic<bool> is_durable = false;
  std::vector<std::thread> writers;
  serve(secured(), [&](const HttpRequest& request) {
    HttpResponse response{200, "text/plain", {}, "secret"};
    response.held_back = [&, may = request.target == "/ok"](auto may_leave) {
      writers.emplace_back([&is_durable, may, may_leave] {
        is_durable = true;
        may_leave(may);
      });
    };
    return response;
  });
  const auto bureau = client("bureau");
  EXPECT_TRUE(bureau.ask("GET /ok").ends_with("secret"));
  EXPECT_TRUE(is_durable);
  const auto refused = bureau.ask("GET /no");
  EXPECT_EQ(status_of(refused), 503);
  EXPECT_EQ(refused.find("secret"), std::string::npos);
  for (auto& writer : writers) writer.join();
}

TEST(TlsFilesTest, AreRefusedByName) {
  const TestDirectory directory;
  Certificates certificates(directory.path());
  certificates.issue("server");
  certificates.issue("other");
  const auto fault_of = [](const TlsFiles& files) {
    const auto made = Tls::for_server(files, [](std::string_view) {});
    return made ? std::string() : made.error().what;
  };
  const auto good = certificates.files("server");
  EXPECT_EQ(fault_of(good), "");
  for (const auto part :
       {&TlsFiles::certificate, &TlsFiles::key, &TlsFiles::authorities, &TlsFiles::revocations}) {
    auto files = good;
    files.*part = directory.path() / "absent.pem";
    EXPECT_NE(fault_of(files).find("absent.pem"), std::string::npos) << fault_of(files);
  }
  auto files = good;
  files.key = certificates.key("other");
  EXPECT_NE(fault_of(files).find("other.key"), std::string::npos) << "of another certificate";
  files = good;
  std::filesystem::permissions(files.key, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_NE(fault_of(files).find("server.key"), std::string::npos) << "others can read it";
  certificates.issue("late", {-3600, -60});
  EXPECT_NE(fault_of(certificates.files("late")).find("late.pem: this certificate has expired"),
            std::string::npos);
  certificates.issue("early", {60, 3600});
  EXPECT_NE(fault_of(certificates.files("early")).find("not valid yet"), std::string::npos);
  const TestDirectory elsewhere;
  Certificates others(elsewhere.path(), "others");
  others.revoke({});
  files = certificates.files("other");
  files.revocations = others.revocations();
  EXPECT_NE(fault_of(files).find("others.crl"), std::string::npos) << "nobody's list";
}

TEST_F(TlsListener, ShowsARenewedCertificateToWhoComesNext) {
  auto with = secured();
  const auto tls = with.tls;
  serve(with, [](const HttpRequest&) -> HttpResponse { return {200, "text/plain", {}, "here"}; });
  const auto first = client("bureau");
  const auto old_one = first.server_fingerprint();
  certificates_.issue("server");
  EXPECT_EQ(client("bureau").server_fingerprint(), old_one) << "nobody asked for it";
  ASSERT_TRUE(tls->reload());
  const auto renewed = read_fingerprint(certificates_.certificate("server")).value();
  EXPECT_NE(renewed, old_one);
  EXPECT_EQ(client("bureau").server_fingerprint(), renewed);
  EXPECT_EQ(status_of(ask_as("bureau")), 200);
  // The connection from before goes on.
  EXPECT_EQ(status_of(first.ask("GET /")), 200);
}

TEST_F(TlsListener, KeepsWhatItHasWhenTheFilesAreBad) {
  auto with = secured();
  const auto tls = with.tls;
  serve(with, echo());
  const auto before = client("bureau").server_fingerprint();
  const auto is_kept = [&] {
    const auto reloaded = tls->reload();
    EXPECT_EQ(reloaded.error().failure, ledger::Failure::invalid);
    EXPECT_EQ(client("bureau").server_fingerprint(), before);
    EXPECT_EQ(status_of(ask_as("bureau")), 200);
    return reloaded.error().what;
  };
  std::filesystem::copy_file(certificates_.certificate("bureau"),
                             certificates_.certificate("server"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_NE(is_kept().find("no private key"), std::string::npos) << "the key is another's";
  std::ofstream(certificates_.certificate("server")) << "no certificate";
  EXPECT_NE(is_kept().find("server.pem"), std::string::npos);
  std::filesystem::remove(certificates_.certificate("server"));
  is_kept();
  certificates_.issue("server");
  std::filesystem::permissions(certificates_.key("server"), std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_NE(is_kept().find("chmod 600"), std::string::npos);
  certificates_.issue("server", {-3600, -60});
  EXPECT_NE(is_kept().find("expired"), std::string::npos);
}

TEST_F(TlsListener, TakesOtherAuthoritiesWhenItIsTold) {
  auto with = secured();
  const auto tls = with.tls;
  serve(with, echo());
  const TestDirectory elsewhere;
  // Of another name: authorities are found by theirs.
  Certificates others(elsewhere.path(), "other-ca");
  others.issue("newcomer");
  const auto ask = [&] {
    const TlsClient asking(serving_->port(), others, "newcomer");
    asking.send(whole_get);
    return asking.read_all();
  };
  EXPECT_EQ(ask(), "");
  std::ofstream(certificates_.authority(), std::ios::app)
      << std::ifstream(others.authority()).rdbuf();
  ASSERT_TRUE(tls->reload());
  EXPECT_EQ(status_of(ask()), 200);
  EXPECT_EQ(status_of(ask_as("bureau")), 200);
}

}  // namespace
}  // namespace kinledger::server
