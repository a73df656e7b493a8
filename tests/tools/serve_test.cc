// The server as its users meet it: the program on a real socket, asked over HTTP, compared with
// what the command line says.
#include <algorithm>

#include "ledger/checkpoint.h"
#include "ledger/consistency_proof.h"
#include "ledger/log_key.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

TEST_F(ServeCommand, AnswersByteForByteAsTheCommandLineDoes) {
  struct Asked {
    std::vector<std::string> words;
    std::string target;
  };
  const std::string person = "/v1/persons/" + child_;
  const std::vector<Asked> all{
      {{"status", "city", child_, "--on", "2021-06-01"}, person + "/status?on=2021-06-01"},
      {{"status", "city", child_, "--on", "2021-06-01", "--known", "12"},
       person + "/status?known=12&on=2021-06-01"},
      {{"status", "city", child_, "--timeline"}, person + "/timeline"},
      {{"history", "city", child_}, person + "/history"},
      {{"history", "city", "330199001"}, "/v1/units/330199001/history"},
      {{"roster", "city", "330199001", "--on", "2021-12-31"},
       "/v1/units/330199001/roster?on=2021-12-31"},
      {{"balance", "city", "330199001", "--year", "2021"}, "/v1/units/330199001/balance?year=2021"},
      {{"ask", "city", "coverage", "person=" + child_, "--on", "2021-12-31"},
       "/v1/questions/coverage?on=2021-12-31&person=" + child_},
      {{"ask", "city", "migration", "--on", "2021-12-31"}, "/v1/questions/migration?on=2021-12-31"},
      {{"rules", "city", "--on", "2021-06-01"}, "/v1/rules?on=2021-06-01"},
      {{"rules", "city", "--known", "3"}, "/v1/rules?known=3"},
      {{"rules", "city", "--all"}, "/v1/rules?all=true"},
      {{"check", "city", "CHK-02", "--on", "2020-06-01"}, "/v1/checks?check=CHK-02&on=2020-06-01"},
      {{"diff", "city", "--from", "latest", "--on", "2021-06-01"},
       "/v1/diff?from=latest&on=2021-06-01"},
  };
  std::vector<std::string> said;
  for (const auto& asked : all) {
    auto words = asked.words;
    words.emplace_back("--json");
    const auto ran = shell_.run(words);
    ASSERT_EQ(ran.exit, 0) << ran.told();
    said.push_back(ran.out);
  }
  serve();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto response = get(all[i].target);
    EXPECT_EQ(server::status_of(response), 200) << response;
    EXPECT_EQ(body_of(response), said[i]) << all[i].target;
    EXPECT_EQ(field_of(response, "Cache-Control"), "no-store");
  }
  EXPECT_EQ(stop(), 0);
  EXPECT_EQ(complaints(), "");
}

TEST_F(ServeCommand, SaysInWordsWhatItSaysInJson) {
  const auto zh = shell_.run({"--lang", "zh", "status", "city", child_, "--on", "2021-06-01"});
  const auto en =
      shell_.run({"--lang", "en", "status", "city", child_, "--on", "2021-06-01", "--explain"});
  serve();
  const auto target = "/v1/persons/" + child_ + "/status?on=2021-06-01";
  EXPECT_EQ(body_of(get(target, "Accept: text/plain\r\n")), zh.out);
  EXPECT_EQ(body_of(get(target + "&explain=true",
                        "Accept: text/plain;q=0.9\r\nAccept-Language: en-GB\r\n")),
            en.out);
}

TEST_F(ServeCommand, KnowsItsAnswersByTheirBasis) {
  serve();
  const auto target = "/v1/persons/" + child_ + "/status?on=2021-06-01";
  const auto first = get(target);
  const auto tag = field_of(first, "ETag");
  ASSERT_FALSE(tag.empty()) << first;
  const auto again = get(target, "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(server::status_of(again), 304);
  EXPECT_EQ(field_of(again, "Content-Length"), "") << "0 would be the answer's own length";
  EXPECT_EQ(body_of(again), "");
  const auto table = get(target, "Accept: text/plain\r\nIf-None-Match: " + tag + "\r\n");
  EXPECT_EQ(server::status_of(table), 200) << "the tag is of the JSON";
  EXPECT_EQ(field_of(table, "ETag"), "");
  EXPECT_EQ(server::status_of(get(target, "If-None-Match: \"another\"\r\n")), 200);
  EXPECT_NE(field_of(get(target + "&known=12"), "ETag"), tag);
}

TEST_F(ServeCommand, TellsWhatIsWrongWithARequest) {
  serve();
  struct Wrong {
    std::string target;
    int status;
    std::string code;
  };
  const std::string unknown(32, '0');
  const std::vector<Wrong> all{
      {"/nothing", 404, "NOT_FOUND"},
      {"/", 404, "NOT_FOUND"},
      {"/v1/persons", 404, "NOT_FOUND"},
      {"/v1//persons", 400, "TARGET_FORMAT"},
      {"/v1/persons/%zz/status", 400, "TARGET_FORMAT"},
      {"/v1/persons/..%2f/status", 400, "TARGET_FORMAT"},
      {"/v1/questions/nothing", 404, "QUESTION_UNKNOWN"},
      {"/v1/questions/coverage", 400, "ARGUMENT_MISSING"},
      {"/v1/questions/coverage?person=" + child_ + "&shoe=42", 400, "ARGUMENT_UNKNOWN"},
      {"/v1/questions/coverage?person=" + child_ + "&person=" + child_, 400, "ARGUMENT_FORMAT"},
      {"/v1/persons/" + unknown + "/status", 404, "PERSON_UNKNOWN"},
      {"/v1/persons/" + office_.child + "/status", 400, "PERSON_ID_FORMAT"},
      {"/v1/questions/coverage?person=" + office_.child, 400, "PERSON_ID_FORMAT"},
      {"/v1/persons/" + office_.child + "/history", 400, "PERSON_ID_FORMAT"},
      {"/v1/persons/" + child_ + "/status?shoe=42", 400, "PARAMETER_UNKNOWN"},
      {"/v1/persons/" + child_ + "/status?on=2021-06-01&on=2021-06-02", 400, "PARAMETER_TWICE"},
      {"/v1/persons/" + child_ + "/status?on=2021-02-30", 400, "DATE_NOT_ON_CALENDAR"},
      {"/v1/persons/" + child_ + "/status?known=1000000", 400, "BASIS_AHEAD"},
      {"/v1/persons/" + child_ + "/history?limit=0", 400, "ARGUMENT_FORMAT"},
      {"/v1/units/330199999/roster", 404, "UNIT_UNKNOWN"},
      {"/v1/units/" + office_.child + "/roster", 400, "UNIT_ID_FORMAT"},
      {"/v1/units/" + office_.child + "/history", 400, "UNIT_ID_FORMAT"},
      {"/v1/units/residentId:" + office_.child + "/balance", 400, "UNIT_ID_FORMAT"},
      {"/v1/questions/roster?unit=" + office_.child, 400, "UNIT_ID_FORMAT"},
      {"/v1/events?follow=false&unit=" + office_.child, 400, "UNIT_ID_FORMAT"},
      {"/v1/access-log?unit=" + office_.child, 400, "UNIT_ID_FORMAT"},
      {"/v1/rules?on=2021-01-01&all=true", 400, "ARGUMENT_FORMAT"},
      {"/v1/rules?on=yesterday", 400, "DATE_FORMAT"},
      {"/v1/rules?shoe=42", 400, "PARAMETER_UNKNOWN"},
      {"/v1/checks?check=CHK-99", 404, "CHECK_UNKNOWN"},
      {"/v1/checks?unit=330199001&area=330106", 400, "ARGUMENT_FORMAT"},
      {"/v1/reports/nothing", 404, "REPORT_UNKNOWN"},
      {"/v1/reports/unitSettlement", 400, "ARGUMENT_MISSING"},
      {"/v1/reports/rectification?area=330106", 400, "ARGUMENT_UNKNOWN"},
      {"/v1/reports/migration?unit=" + office_.child, 400, "UNIT_ID_FORMAT"},
      {"/v1/reports/migration?unit=330199999", 404, "UNIT_UNKNOWN"},
      {"/v1/reports/migration?known=1000000", 400, "BASIS_AHEAD"},
      {"/v1/reports/migration?identity=true", 400, "PARAMETER_UNKNOWN"},
      {"/v1/reports/finance?area=hangzhou", 400, "ARGUMENT_FORMAT"},
      {"/v1/diff", 400, "ARGUMENT_MISSING"},
      {"/v1/diff?from=latest&known=1", 400, "ARGUMENT_FORMAT"},
      {"/v1/units/330199001/balance?year=21", 400, "YEAR_FORMAT"},
      {"/v1/proofs/inclusion/1000000", 404, "SEQUENCE_UNKNOWN"},
      {"/v1/proofs/consistency/0", 404, "SIZE_OUT_OF_RANGE"},
      {"/tile/0/001", 404, "TILE_UNKNOWN"},
      {"/tile/8/000.p/1", 404, "TILE_UNKNOWN"},
      {"/tile/0/000.p/01", 404, "TILE_UNKNOWN"},
  };
  for (const auto& wrong : all) {
    const auto response = get(wrong.target);
    EXPECT_EQ(server::status_of(response), wrong.status) << wrong.target << "\n" << response;
    EXPECT_EQ(code_of(response), wrong.code) << wrong.target;
    EXPECT_EQ(response.find(office_.child), std::string::npos) << "an ID number is not repeated";
  }
  const auto method = exchange("DELETE /v1/persons/" + child_ + "/status");
  EXPECT_EQ(server::status_of(method), 405);
  EXPECT_EQ(field_of(method, "Allow"), "GET, HEAD");
  EXPECT_EQ(server::status_of(post("/v1/submissions", "{}", "Content-Type: text/plain\r\n")), 415);
}

TEST_F(ServeCommand, FindsAPersonByANumberInTheBody) {
  serve();
  const auto found = post("/v1/persons/lookup", R"({"idNumber": ")" + office_.child + R"("})");
  EXPECT_EQ(body_of(found), R"({"person":")" + child_ + "\"}\n") << found;
  EXPECT_EQ(field_of(found, "Cache-Control"), "no-store");
  const auto typed = post("/v1/persons/lookup",
                          R"({"idType": "residentId", "idNumber": ")" + office_.child + R"("})");
  EXPECT_EQ(body_of(typed), body_of(found));
  EXPECT_EQ(
      code_of(post("/v1/persons/lookup", R"({"idNumber": ")" + resident("20150101", 77) + R"("})")),
      "PERSON_UNKNOWN");
  for (const auto* shapeless : {"{}", "[]", R"({"idNumber": 5})", R"({"idNumber": "1", "a": 2})"})
    EXPECT_EQ(code_of(post("/v1/persons/lookup", shapeless)), "JSON_TYPE") << shapeless;
  EXPECT_EQ(code_of(post("/v1/persons/lookup", R"({"idNumber": ")" + child_ + R"("})")),
            "JSON_TYPE");
  EXPECT_EQ(code_of(post("/v1/persons/lookup", "{")), "JSON_SYNTAX");
  EXPECT_EQ(server::status_of(post("/v1/persons/lookup", std::string(5000, ' '))), 413);
}

TEST_F(ServeCommand, GivesTheLogAndItsProofs) {
  const auto key = shell_.run({"checkpoint", "city", "--key"}).out;
  const auto verifier = ledger::read_verifier(key.substr(0, key.size() - 1));
  ASSERT_TRUE(verifier.has_value());
  const std::vector<ledger::LogKey> keys{*verifier};
  serve();
  const auto note = body_of(get("/checkpoint"));
  const auto checkpoint = ledger::read_signed_checkpoint(note, keys);
  ASSERT_TRUE(checkpoint.has_value()) << note;
  EXPECT_EQ(body_of(get("/checkpoint")), note) << "the same text for the same tree";
  const auto size = checkpoint->head.size.value;
  const auto proof = ledger::read_inclusion_proof(body_of(get("/v1/proofs/inclusion/3")));
  ASSERT_TRUE(proof.has_value());
  EXPECT_EQ(proof->checkpoint, note);
  const auto hashes = body_of(get("/tile/0/000.p/" + std::to_string(size)));
  ASSERT_EQ(hashes.size(), size * 32);
  ledger::Hash leaf;
  std::copy_n(hashes.begin() + 3 * 32, 32, leaf.bytes.begin());
  EXPECT_TRUE(ledger::verify_inclusion({3}, leaf, proof->hashes, checkpoint->head));
  const auto growth = ledger::read_consistency_proof(body_of(get("/v1/proofs/consistency/4")));
  ASSERT_TRUE(growth.has_value());
  EXPECT_EQ(growth->checkpoint, note);
  EXPECT_EQ(server::status_of(get("/tile/entries/000.p/" + std::to_string(size))), 200);
  EXPECT_EQ(server::status_of(get("/tile/entries/000.p/" + std::to_string(size + 1))), 404);
}

TEST_F(ServeCommand, PagesAHistory) {
  serve();
  const auto whole = body_of(get("/v1/units/330199001/history"));
  const std::string base = "/v1/units/330199001/history";
  std::string pages, target = base + "?limit=1";
  for (int page = 0; page < 50 && !target.empty(); ++page) {
    const auto response = get(target);
    pages += body_of(response);
    const auto link = field_of(response, "Link");
    target = link.empty() ? "" : base + link.substr(1, link.find('>') - 1);
  }
  EXPECT_EQ(pages, whole);
}

/// The document says what the routes do, and every route that it names is there.
TEST_F(ServeCommand, DescribesItself) {
  serve();
  EXPECT_EQ(body_of(get("/healthz")), "ok\n");
  const auto ready = get("/readyz");
  EXPECT_TRUE(server::status_of(ready) == 200 || server::status_of(ready) == 503) << ready;
  const auto document = object_of(body_of(get("/openapi.json")));
  const auto& paths = document.at("paths").get_object();
  EXPECT_GT(paths.size(), 15U);
  for (const auto& [path, item] : paths) {
    std::string target(path);
    for (const auto& [word, value] : std::map<std::string, std::string>{{"{person}", child_},
                                                                        {"{unit}", "330199001"},
                                                                        {"{area}", "330106"},
                                                                        {"{question}", "migration"},
                                                                        {"{report}", "migration"},
                                                                        {"{sequence}", "1"},
                                                                        {"{size}", "1"},
                                                                        {"{rest}", "0/000.p/1"}})
      if (const auto at = target.find(word); at != std::string::npos)
        target.replace(at, word.size(), value);
    const auto* operation = item.get_object().if_contains("get");
    // A stream; and what this server was not started with.
    if (operation == nullptr || target == "/v1/events" || target == "/v1/backups") continue;
    if (target == "/v1/diff") target += "?from=1";
    if (target.ends_with("/settlement"))
      target += path.contains("{unit}") ? "?year=2020&review=true" : "?year=2020";
    const auto response = get(target);
    EXPECT_EQ(server::status_of(response), 200) << target << "\n" << response;
    auto type = field_of(response, "Content-Type");
    type = type.substr(0, type.find(';'));
    EXPECT_TRUE(operation->at("responses").at("200").at("content").get_object().contains(type))
        << target << " gives " << type;
  }
}

TEST_F(ServeCommand, TellsPrometheusWhatItDid) {
  serve();
  EXPECT_EQ(server::status_of(get("/v1/persons/" + child_ + "/status")), 200);
  EXPECT_EQ(server::status_of(get("/v1/persons/" + child_ + "/status?shoe=42")), 400);
  EXPECT_EQ(server::status_of(get("/v1/nothing/" + office_.child)), 404);
  (void)get("/v1/events?follow=false");
  const auto text = body_of(get("/metrics"));
  const auto size = std::to_string(number(object_of(body_of(get("/readyz"))), "treeSize"));
  for (const auto& line : std::vector<std::string>{
           "kinledger_http_requests_total{route=\"personStatus\",status=\"200\"} 1\n",
           "kinledger_http_requests_total{route=\"personStatus\",status=\"400\"} 1\n",
           "kinledger_http_requests_total{route=\"none\",status=\"404\"} 1\n",
           "kinledger_http_request_seconds_count{route=\"personStatus\"} 2\n",
           "kinledger_tree_size " + size + "\n", "kinledger_projected_size " + size + "\n",
           "kinledger_events_streamed_total " + size + "\n", "kinledger_streams 0\n",
           "kinledger_commit_seconds_count{ledger=\"events\"} 0\n",
           "kinledger_commit_seconds_bucket{ledger=\"access\",le=\"+Inf\"} ",
           "kinledger_committed_events_total{ledger=\"events\"} 0\n",
           "kinledger_submissions_queued{ledger=\"events\"} 0\n",
           "kinledger_bytes_waiting{ledger=\"access\"} 0\n",
           "kinledger_access_records_waiting 0\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  EXPECT_EQ(text.find(office_.child), std::string::npos);
  EXPECT_EQ(text.find(child_), std::string::npos);
  EXPECT_EQ(text.find("kinledger_commit_seconds_count{ledger=\"access\"} 0\n"), std::string::npos)
      << "a status leaves a record: " << text;
  EXPECT_EQ(text.find("kinledger_cosigned"), std::string::npos) << "without a policy";
  // What is recorded is counted with the time that it took.
  EXPECT_EQ(server::status_of(post("/v1/submissions", premium("late", "250.00"))), 201);
  const auto later = body_of(get("/metrics"));
  for (const auto* line : {"kinledger_commit_seconds_count{ledger=\"events\"} 1\n",
                           "kinledger_committed_events_total{ledger=\"events\"} 1\n"})
    EXPECT_NE(later.find(line), std::string::npos) << line << later;
}

TEST_F(ServeCommand, ListensOnLoopbackOnlyAndKeepsTheLedger) {
  const auto open = shell_.run({"serve", "city", "--listen", "0.0.0.0:0"});
  EXPECT_EQ(open.exit, 2) << open.told();
  EXPECT_TRUE(holds(open.err, "TLS")) << open.err;
  serve();
  const auto rebound = [&] {
    const server::SocketClient client(port_);
    client.send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    return client.read_all();
  }();
  EXPECT_EQ(server::status_of(rebound), 421) << rebound;
}

TEST_F(ServeCommand, IsAskedByTheCommandLineInThePlaceOfTheDirectory) {
  const std::vector<std::vector<std::string>> all{
      {"status", "@child.txt", "--on", "2021-06-01"},
      {"status", child_, "--on", "2021-06-01", "--known", "12", "--explain"},
      {"status", child_, "--timeline", "--json"},
      {"roster", "330199001", "--on", "2021-12-31", "--json"},
      {"balance", "330199001", "--year", "2021"},
      {"ask", "coverage", "person=@child.txt", "--on", "2021-12-31", "--json"},
      {"ask", "migration", "--on", "2021-12-31", "--json"},
      {"history", "@child.txt"},
      {"history", child_, "--json"},
      {"history", "330199001", "--known", "50"},
      {"checkpoint"},
      {"prove", "--event", "3"},
      {"prove", "--from", "3"},
      {"rules", "--on", "2021-06-01"},
      {"rules", "--all", "--json"},
      {"--lang", "zh", "rules"},
      {"status", child_, "--on", "2021-06-01", "--prove"},
      {"balance", "330199001", "--year", "2021", "--prove"},
      {"check", "CHK-02", "--on", "2020-06-01"},
      {"--lang", "zh", "check", "CHK-02", "--on", "2020-06-01", "--summary"},
      {"check", "CHK-02", "--on", "2020-06-01", "--json"},
  };
  const auto at_place = [](std::vector<std::string> words) {
    words.insert(words.begin() + (words[0] == "--lang" ? 3 : 1), "city");
    return words;
  };
  std::vector<Ran> near;
  for (const auto& words : all) {
    near.push_back(shell_.run(at_place(words)));
    EXPECT_EQ(near.back().exit, 0) << near.back().told();
  }
  // What the directory recorded of its subjects is there now; ask again for what names the basis.
  for (std::size_t i = 0; i < all.size(); ++i) {
    near[i] = shell_.run(at_place(all[i]));
  }
  serve();
  const auto url = "http://127.0.0.1:" + std::to_string(port_);
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto words = all[i];
    words.insert(words.end(), {"--url", url});
    const auto far = shell_.run(words);
    EXPECT_EQ(far.exit, 0) << words[0] << ": " << far.told();
    EXPECT_EQ(far.out, near[i].out) << words[0];
  }
  const auto told = [&](std::vector<std::string> words, int exit) {
    words.insert(words.end(), {"--url", url});
    const auto ran = shell_.run(words);
    EXPECT_EQ(ran.exit, exit) << ran.told();
    return ran.err;
  };
  EXPECT_NE(told({"status", std::string(32, '7')}, 3).find("PERSON_UNKNOWN"), std::string::npos);
  EXPECT_NE(told({"status", "330199201506010021"}, 3).find("["), std::string::npos);
  EXPECT_NE(told({"roster", "no-such-unit"}, 3).find("UNIT_UNKNOWN"), std::string::npos);
  EXPECT_NE(told({"status", child_, "--known", "99999"}, 3).find("BASIS_AHEAD"), std::string::npos);
  told({"status", child_, "--prove", "--open"}, 2);
  told({"status", child_, "--out", "b"}, 2);
  EXPECT_NE(told({"ask", "migration", "--prove"}, 3).find("BUNDLE_EVERYONE"), std::string::npos);
  EXPECT_NE(told({"roster", office_.child}, 3).find("UNIT_ID_FORMAT"), std::string::npos);
  EXPECT_NE(told({"rules", "--known", "99999"}, 3).find("BASIS_AHEAD"), std::string::npos);
  told({"rules", "--all", "--on", "2021-01-01"}, 2);
  told({"status", "city", child_}, 2);
  EXPECT_EQ(stop(), 0);
  told({"status", child_}, 5);
  EXPECT_EQ(shell_.run({"status", child_, "--url", "https://127.0.0.1:1"}).exit, 2);
}

}  // namespace
}  // namespace kinledger::tools
