def test_project(client, golden, sweep):
    project = client.get("/api/project").json()
    golden("project", project)
    assert project["root"] == str(sweep)


def test_pickers(client, golden):
    golden("pickers", client.get("/api/pickers").json())
