"""What a browser does with our forms, without one."""

import httpx
from desk_in_memory import DeskInMemory

from probanda.faces.web.app import create_app

PORT = 8440
ADDRESS = f"http://127.0.0.1:{PORT}"


class Browser:
    """What a browser does with our forms, without one: keeps cookies, sends tokens and origin."""

    def __init__(self, desk: DeskInMemory, **settings: object) -> None:
        self.app = create_app(desk, port=PORT, **settings)
        self.client = self.another()

    def another(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=ADDRESS)

    async def token(self, client: httpx.AsyncClient | None = None) -> str:
        page = await (client or self.client).get("/about-keys")
        if 'name="token"' not in page.text:
            page = await (client or self.client).get("/sign-in")
        return page.text.split('name="token" value="')[1].split('"')[0]

    async def sign_in(
        self,
        name: str = "R. Talve",
        passphrase: str = "one two three",
        client: httpx.AsyncClient | None = None,
    ) -> httpx.Response:
        return await self.post("/sign-in", client=client, name=name, passphrase=passphrase)

    async def post(
        self, path: str, client: httpx.AsyncClient | None = None, files: object = None, **fields: object
    ) -> httpx.Response:
        data = {"token": await self.token(client), **fields}
        return await (client or self.client).post(path, data=data, files=files, headers={"origin": ADDRESS})
