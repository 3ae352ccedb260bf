<?php

use App\Events\OrderShipped;
use App\Notifications\OrderPaid;
use App\User;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Notification;
use Illuminate\Support\Facades\Route;

Route::post('/ship/{order}/{kind}', function (int $order, string $kind) {
    broadcast(new OrderShipped($order, $kind))->toOthers();
});

Route::post('/ship-to-all/{order}', function (int $order) {
    OrderShipped::dispatch($order);
});

Route::post('/announce', function () {
    Broadcast::on('orders')->as('announced')->with(['text' => 'Grüße, 世界 🚀'])->sendNow();
});

Route::post('/pay/{order}', function (int $order) {
    Notification::send(User::find('1'), new OrderPaid($order));
});

// What an application asks the server: through the library under the broadcaster, as Laravel's own page shows.
Route::get('/ask/{method}', function (string $method) {
    $pusher = Broadcast::connection('reverb')->getPusher();

    return response()->json(match ($method) {
        'channels' => $pusher->getChannels(['filter_by_prefix' => 'presence-', 'info' => 'user_count']),
        'channel' => $pusher->getChannelInfo('presence-warehouse', ['info' => 'user_count,subscription_count']),
        'users' => $pusher->getPresenceUsers('presence-warehouse'),
        'connections' => $pusher->get('/connections'),
    });
});

Route::post('/terminate/{user}', function (string $user) {
    return response()->json(Broadcast::connection('reverb')->getPusher()->terminateUserConnections($user));
});
